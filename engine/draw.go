package engine

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
)

// draw is the place a random choice is made at: the same seed and place give the same choice.
type draw struct {
	seed     uint64
	position [3]int
}

// int64n returns a number in [0, n).
func (d draw) int64n(n int64) int64 {
	if n <= 1 {
		return 0
	}
	return rand.New(rand.NewPCG(d.seed, d.stream())).Int64N(n)
}

// random returns the generator of the place.
func (d draw) random() *rand.Rand { return rand.New(rand.NewPCG(d.seed, d.stream())) }

func (d draw) stream() uint64 {
	return uint64(d.position[0])<<42 ^ uint64(d.position[1])<<21 ^ uint64(d.position[2])
}

// loginSeed derives the seed of one login from the session's seed, the scenario and the login's
// ordinal among the session's logins that the scenario answered.
func loginSeed(session uint64, scenario string, ordinal int) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.FormatUint(session, 16) + "\x00" + scenario + "\x00" + strconv.Itoa(ordinal))) // a hash never fails
	return h.Sum64()
}
