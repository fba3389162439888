// Package httpapi is mockbank's HTTP face: the bank's endpoints, the admin API, health, metrics and
// the API's description.
//
// A request goes one way through it:
//
//	api.ServeHTTP     an exchange is taken from the pool: request id, session (session.go)
//	routes.go         gorilla/mux finds the endpoint by method and path
//	endpoint.serve    who may ask (bearer token, admin rule), then the Idempotency-Key
//	a handler         decodes the body, asks the bank, composes an answer
//	exchange.note     puts the exchange into the journal, and then the answer is sent
//	exchange.finish   writes the access log's line and the metrics
//
// A handler holds no rules: it returns the bank's answer, or an error whose code the table in
// codes.go turns into an RFC 9457 problem. Answers are composed in a buffer before the first byte is
// sent, so that they can be kept for repeats of the request in the very transaction they tell of.
//
// The journal ([github.com/mockbank/mockbank/httpapi/journal]) is made from what may be shown: what is
// not known to be harmless never gets into it (note_treatment.go). An [Observer], which the bank tells
// of what it does, adds the transitions, and feeds the coverage
// ([github.com/mockbank/mockbank/engine/coverage]).
//
// What the package needs from outside is named as small interfaces in config.go. The pages for
// people are in [github.com/mockbank/mockbank/httpapi/web].
package httpapi
