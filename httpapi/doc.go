// Package httpapi is mockbank's HTTP face: the bank's endpoints, the admin API, health, metrics and
// the API's description.
//
// A request goes one way through it:
//
//	api.ServeHTTP     an exchange is taken from the pool: request id, session, clock
//	routes.go         gorilla/mux finds the endpoint by method and path
//	endpoint.serve    who may ask (bearer token, admin rule), then the Idempotency-Key
//	a handler         decodes the body, asks the bank, composes an answer
//	exchange.finish   writes the answer, the access log's line and the metrics
//
// A handler holds no rules: it returns the bank's answer, or an error whose code the table in
// codes.go turns into an RFC 9457 problem. Answers are composed in a buffer before the first byte is
// sent, so that they can be kept for repeats of the request in the very transaction they tell of.
//
// What the package needs from outside is named as small interfaces in config.go. The pages for
// people are in [github.com/mockbank/mockbank/httpapi/web].
package httpapi
