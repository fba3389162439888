package engine

import "context"

// Request is what a client of the API asks of the bank, as faults and conditions see it, and what faults made
// of it.
type Request struct {
	Endpoint Endpoint
	// Also are further names that faults know the request by: what a declared api lets the bank do, and its own.
	Also []Endpoint
	// Header returns a header of the request, "" where it is absent.
	Header func(name string) string
	// Password and Fields are those of the body, "" and nil where it has none.
	Password string
	Fields   map[string]string
	// Account is what a request to a declared api is about, where that numbers accounts; "" elsewhere.
	Account string

	// Decided says that faults were asked, and Fault is how one shapes the answer, nil for none.
	Decided bool
	Fault   *ResponseShape
	// Refused says that the bank did not carry the request out.
	Refused bool
	// Settled says that what faults made of the request is counted, whatever becomes of it: they are not asked again.
	Settled bool

	// session is the one that was read for the request last, so that it need not be read again, and first as it was read
	// first: a delay of the answer counts from then, for whoever hears of the request before its answer may turn the clock.
	session, first *Session
}

type requestKey struct{}

// WithRequest returns a context for the Bank's methods in which faults and conditions find the client's
// request, and which takes what becomes of it.
func WithRequest(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// requestOf returns the client's request, nil where whoever asks is no client.
func requestOf(ctx context.Context) *Request {
	r, _ := ctx.Value(requestKey{}).(*Request)
	return r
}

// headerOf returns the headers of the request, nil where there is none.
func headerOf(ctx context.Context) func(name string) string {
	if r := requestOf(ctx); r != nil {
		return r.Header
	}
	return nil
}
