// Package storetest holds the one suite that every [engine.Store] must pass, whatever it keeps its
// records in.
package storetest
