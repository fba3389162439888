package diagram

import (
	"cmp"
	"slices"
)

// sweeps is how often the ranks are ordered anew, downward and upward in turn.
const sweeps = 12

// order arranges each rank by where its neighbours lie, and keeps the arrangement with the fewest crossings.
func (g *graph) order() {
	best, fewest := cloneRanks(g.ranks), g.crossings()
	for sweep := range sweeps {
		if sweep%2 == 0 {
			for rank := 1; rank < len(g.ranks); rank++ {
				g.orderRank(rank, rank-1, func(n *node) []int { return n.up })
			}
		} else {
			for rank := len(g.ranks) - 2; rank >= 0; rank-- {
				g.orderRank(rank, rank+1, func(n *node) []int { return n.down })
			}
		}
		if n := g.crossings(); n < fewest {
			best, fewest = cloneRanks(g.ranks), n
		}
		if fewest == 0 {
			break
		}
	}
	g.ranks = best
}

// orderRank sorts a rank by the middle of each node's neighbours in the rank that is fixed.
func (g *graph) orderRank(rank, fixed int, neighbours func(*node) []int) {
	at := g.positions(fixed)
	own := g.positions(rank)
	weight := map[int]float64{}
	for _, n := range g.ranks[rank] {
		near := neighbours(&g.nodes[n])
		if len(near) == 0 {
			weight[n] = float64(own[n])
			continue
		}
		sum := 0
		for _, other := range near {
			sum += at[other]
		}
		weight[n] = float64(sum) / float64(len(near))
	}
	slices.SortStableFunc(g.ranks[rank], func(a, b int) int { return cmp.Compare(weight[a], weight[b]) })
}

func (g *graph) positions(rank int) map[int]int {
	at := make(map[int]int, len(g.ranks[rank]))
	for i, n := range g.ranks[rank] {
		at[n] = i
	}
	return at
}

// crossings counts the pairs of lines that cross between two ranks.
func (g *graph) crossings() int {
	total := 0
	for rank := 0; rank+1 < len(g.ranks); rank++ {
		below := g.positions(rank + 1)
		var ends []int
		for _, n := range g.ranks[rank] {
			place := len(ends)
			for _, other := range g.nodes[n].down {
				ends = append(ends, below[other])
			}
			slices.Sort(ends[place:])
		}
		for i := range ends {
			for _, other := range ends[i+1:] {
				if other < ends[i] {
					total++
				}
			}
		}
	}
	return total
}

func cloneRanks(ranks [][]int) [][]int {
	clone := make([][]int, len(ranks))
	for i := range ranks {
		clone[i] = slices.Clone(ranks[i])
	}
	return clone
}
