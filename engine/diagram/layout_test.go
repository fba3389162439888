package diagram

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// randomDrawing is a graph as scenarios have them, and worse: circles, loops, several lines between two
// boxes, boxes that nothing leads to.
func randomDrawing(seed uint64) *Drawing {
	random := rand.New(rand.NewPCG(seed, 1))
	d := &Drawing{Title: "random"}
	for i := range 1 + random.IntN(30) {
		d.Boxes = append(d.Boxes, Box{ID: fmt.Sprint("s", i), Text: []string{"STATUS", fmt.Sprint("step ", i)}[:1+random.IntN(2)]})
	}
	for range random.IntN(2 * len(d.Boxes)) {
		from, to := random.IntN(len(d.Boxes)), random.IntN(len(d.Boxes))
		d.Lines = append(d.Lines, Line{From: d.Boxes[from].ID, To: d.Boxes[to].ID, Text: "after: 2s"})
	}
	return d
}

func TestNothingOverlaps(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		d := randomDrawing(seed)
		placed := d.place()
		for i := range placed.Boxes {
			for j := range i {
				if overlap(&placed.Boxes[i], &placed.Boxes[j]) {
					t.Fatalf("seed %d: boxes %d and %d overlap: %+v, %+v", seed, i, j, placed.Boxes[i], placed.Boxes[j])
				}
			}
			inside(t, seed, placed, placed.Boxes[i].X-placed.Boxes[i].Width/2, placed.Boxes[i].Y-placed.Boxes[i].Height/2)
			inside(t, seed, placed, placed.Boxes[i].X+placed.Boxes[i].Width/2, placed.Boxes[i].Y+placed.Boxes[i].Height/2)
		}
		for i, line := range placed.Lines {
			if len(line.Points) < 3 {
				t.Fatalf("seed %d: line %d has the points %v", seed, i, line.Points)
			}
		}
	}
}

// The text of a line lies on no box: between ranks, or beside the box that it leaves and enters.
func TestTextsLieFree(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		d := randomDrawing(seed)
		placed := d.place()
		for i, line := range placed.Lines {
			text := placedBox{line.point, width([]string{d.Lines[i].Text}), lineHeight - 1}
			inside(t, seed, placed, text.X+text.Width/2, text.Y)
			for j := range placed.Boxes {
				if overlap(&text, &placed.Boxes[j]) {
					t.Fatalf("seed %d: the text of line %d lies on box %d", seed, i, j)
				}
			}
		}
	}
}

func TestLinesLeadFromBoxToBox(t *testing.T) {
	t.Parallel()
	d := &Drawing{
		Boxes: []Box{{ID: "a", Text: []string{"A"}}, {ID: "b", Text: []string{"B"}}, {ID: "c", Text: []string{"C"}}},
		Lines: []Line{{From: "a", To: "b"}, {From: "b", To: "c"}, {From: "c", To: "a", Text: "back"}},
	}
	placed := d.place()
	back := placed.Lines[2].Points
	if from := placed.Boxes[2]; math.Abs(back[0].X-from.X) > 1 || back[0].Y > from.Y {
		t.Errorf("the line back begins at %v, its box lies at %v", back[0], from)
	}
	if to := placed.Boxes[0]; back[len(back)-1].Y < to.Y {
		t.Errorf("the line back ends at %v, its box lies at %v", back[len(back)-1], to)
	}
	if placed.Boxes[0].Y >= placed.Boxes[1].Y || placed.Boxes[1].Y >= placed.Boxes[2].Y {
		t.Errorf("the boxes do not follow each other downward: %+v", placed.Boxes)
	}
}

func overlap(a, b *placedBox) bool {
	return math.Abs(a.X-b.X) < (a.Width+b.Width)/2-0.5 && math.Abs(a.Y-b.Y) < (a.Height+b.Height)/2-0.5
}

func inside(t *testing.T, seed uint64, l *layout, x, y float64) {
	t.Helper()
	if x < -0.5 || y < -0.5 || x > l.Width+0.5 || y > l.Height+0.5 {
		t.Fatalf("seed %d: (%f, %f) is outside of %f x %f", seed, x, y, l.Width, l.Height)
	}
}
