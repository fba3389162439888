//go:build !race

package e2e

// raceDetector says that the tests were built with it.
const raceDetector = false
