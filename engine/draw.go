package engine

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
)

// draw is the place a random choice is made at: the same seed and place give the same choice.
type draw struct {
	seed  uint64
	place string
}

// int64n returns a number in [0, n).
func (d draw) int64n(n int64) int64 {
	if n <= 1 {
		return 0
	}
	return rand.New(rand.NewPCG(d.seed, hashText(d.place))).Int64N(n)
}

// Seed derives the seed of one login from the session's seed, the scenario and the login's ordinal.
func Seed(session uint64, scenario string, ordinal int) uint64 {
	return hashText(strconv.FormatUint(session, 16) + "\x00" + scenario + "\x00" + strconv.Itoa(ordinal))
}

func hashText(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // a hash never fails
	return h.Sum64()
}
