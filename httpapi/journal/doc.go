// Package journal keeps the last exchanges of a node's bank in memory, and tells those who follow it
// of each new one.
//
// A journal is bounded by count and by bytes: the oldest entries make room, and are counted. What an
// entry holds is decided where it is made; it never holds a password, a challenge response or a token.
// Entries never change once they are added, so that readers encode them without holding a lock.
package journal
