// Package e2e tests the built binary as its users meet it: over HTTP, through its files, its signals,
// its exit code, its log, and the rows that another SQLite client reads. It imports nothing of the
// project.
//
// Tests that measure times or send load run one after the other, against a binary as it is shipped;
// all others run in parallel after them, against one with the race detector where the tests run with
// -race themselves.
//
// The pages for people are driven in a headless Chromium, which these tests share. PAGE_PICTURES=FOLDER
// leaves pictures of every page there.
package e2e
