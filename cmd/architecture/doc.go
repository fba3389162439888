// Package architecture holds the rules of the house as tests: which package may import which, that
// every package says what it is for, what lies at the top of the tree, and how tests may skip.
//
// A rule that only people keep is broken within a month; these fail the build instead.
package architecture
