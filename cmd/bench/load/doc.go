// Package load sends HTTP requests over loopback and measures the answers. It is made to leave the
// processors to the server under test: requests are bytes laid out beforehand, sent over
// connections kept open, and of an answer only what delimits it is parsed.
//
// A [Run] is closed: each of its connections sends the next request when the last one is
// answered. With [Run.Rate] it is paced: requests are due at fixed times, and one that has to
// wait for its connection is measured from when it was due, so that a server that stalls is charged
// for all that it kept waiting.
package load
