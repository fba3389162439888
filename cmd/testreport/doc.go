// Command testreport runs `go test` and says what came of it: a line for each package, the output of
// what failed, the tests that could not run and why, and at the very end, alone on its line, how
// many tests there were:
//
//	412 passed, 0 failed, 0 skipped
//
// Of a package that ran out of time it says so, and which tests had not ended: those have not failed, and
// are counted by themselves. Processes and temporary folders that tests leave behind, as they do where their
// package runs out of time, are cleared away (on Linux).
//
// A test with subtests is counted by its subtests. Under CI=true a skipped test is a failure, since
// nobody is there to read that it was.
//
//	testreport [-packages PATTERN] [-alone PATTERN] [-- GO_TEST_FLAG...]
//
// Packages that -alone matches run after all others, by themselves: they measure times.
//
// Exit status: 0 all passed, 1 a test failed or did not run, 2 the tests could not be started.
package main
