// Package surface plays declared apis: any aggregator's routes, words and answers over one bank.
//
// A [Set] holds the apis of a configuration, compiled to closures: nothing is looked up by name while a request
// is answered that could be found when the file was loaded. A request goes one way through it:
//
//	Set.Match       the endpoint by method, path and media type (route.go)
//	Match.Serve     tokens, what the endpoint expects, which case, which record (serve.go)
//	operations      what the bank does (operation.go): [engine.Bank] plays the very same flows
//	answers         the first whose condition holds, written as JSON (answer.go, node.go)
//
// What an api keeps beside the bank's records (its own identifiers, tokens, fields of requests) is in the bank's
// store, so that every node knows it; secret identifiers are there as hashes only (identifier.go).
//
// The package imports package engine and the standard library only, and knows neither HTTP's server nor a
// file: httpapi serves it, and `mockbank test` plays it in memory.
package surface
