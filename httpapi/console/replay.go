package console

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
)

// Replay sends an exchange's request once more, as its client did. The answer is found where all are: in the
// journal.
func (c *Console) Replay(w http.ResponseWriter, r *http.Request, id int64) error {
	p := c.page(w, r, "live")
	e := c.entry(id)
	if e == nil {
		return p.news(http.StatusNotFound, p.say("exchange.gone"), fmt.Errorf("the journal has no exchange %d", id))
	}
	sent := restore(e)
	if len(sent.missing) > 0 {
		return p.news(http.StatusConflict, p.say("exchange.missing"), fmt.Errorf("no value is known for %v", sent.missing))
	}
	again, err := http.NewRequestWithContext(r.Context(), sent.method, sent.target(), bytes.NewReader(sent.json()))
	if err != nil {
		return p.news(http.StatusConflict, p.say("exchange.missing"), err)
	}
	again.Host, again.RemoteAddr, again.RequestURI, again.TLS = r.Host, r.RemoteAddr, sent.target(), r.TLS
	for _, field := range sent.header {
		again.Header.Set(field.Name, field.Value)
	}
	if len(sent.body) > 0 {
		again.Header.Set("Content-Type", "application/json")
	}
	c.play(again)
	return p.done(p.back("/console/live"))
}

// play lets the bank answer. Where a scenario breaks the answer's connection there is nothing to break.
func (c *Console) play(r *http.Request) {
	defer func() {
		if panicked := recover(); panicked != nil && !aborted(panicked) {
			panic(panicked)
		}
	}()
	c.config.Play.ServeHTTP(httptest.NewRecorder(), r)
}

// aborted reports whether a handler gave its connection up on purpose.
func aborted(panicked any) bool {
	err, is := panicked.(error)
	return is && errors.Is(err, http.ErrAbortHandler)
}
