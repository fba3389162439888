// Package app wires the whole program: the configuration, the rules engine, the database, the
// background jobs and the HTTP server. The serve command, mockbanktest and the end-to-end tests
// start the same one.
package app
