package engine

import "context"

type headerKey struct{}

// WithHeader returns a context for the Bank's methods in which conditions find the headers of the client's
// request: header returns one, "" where it is absent.
func WithHeader(ctx context.Context, header func(name string) string) context.Context {
	return context.WithValue(ctx, headerKey{}, header)
}

// headerOf returns the headers of the request, nil where there is none.
func headerOf(ctx context.Context) func(name string) string {
	header, _ := ctx.Value(headerKey{}).(func(name string) string)
	return header
}
