// Package contender knows the programs that are compared: mockbank, the bare baselines, and the mock
// servers of others. Each is given the same N passwords of one user, in its own configuration
// language, and is run as its makers say, without logs of single requests where that can be turned
// off. Programs are started on ports of the kernel's choice, in temporary folders, and ended by
// their process id.
//
// Those that registries offer are installed at pinned versions into a cache; of nobody's is
// anything copied.
package contender
