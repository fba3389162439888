// Package measure takes the measurements: how many logins a contender answers, what each costs, how
// it takes a new configuration, and, of mockbank alone, what its further endpoints, its nodes and its
// imports under way cost. Everything is bounded in time and goes over loopback.
package measure
