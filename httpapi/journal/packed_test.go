package journal

import (
	"reflect"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// What is kept is what was added, whatever becomes of the memory that it was added from.
func TestEntriesAreKeptWhole(t *testing.T) {
	t.Parallel()
	whole := func() *Entry {
		return &Entry{
			At: began, SessionTime: began.Add(90 * 24 * time.Hour), DecidedAt: began.Add(time.Hour), Took: 1234 * time.Microsecond,
			Session: "a", Route: "connection", RequestID: "r", TraceID: "t", Process: "p", Connection: "c", State: "SUCCESS",
			Request: Request{
				Method: "POST", Path: "/ä", Query: []Field{{"limit", "1"}}, Header: []Field{{"Accept", "*/*"}, {"Cookie", ""}},
				Body: []Field{{"username", "tester"}}, Hidden: 3, Bytes: 1 << 20,
			},
			Response: Response{
				Status: 503, Header: []Field{{"Retry-After", "1"}}, Body: []byte(`{"code":"x"}`), Bytes: 12,
				Scenario: "success", Rules: "1;5eed", Code: "x", WireFault: "dribble", Delayed: time.Hour, Shaped: true, Refused: true,
			},
			Decision: &Decision{Forced: true, Scenario: &engine.Scenario{Name: "success"}},
			Flow:     &engine.Flow{Scenario: "success"}, Moves: []engine.Move{{To: 1, At: began}},
		}
	}
	for name, e := range map[string]*Entry{"whole": whole(), "empty": {}} {
		j := New(Limits{Entries: 10, Bytes: 1 << 20, Streams: 1}, began)
		_, _, stream := j.Follow(Filter{}, 0)
		j.Add(e)
		want := *e
		e.Request.Header, e.Response.Status = nil, 0
		want.Request.Header, want.Response.Status = whole().Request.Header, whole().Response.Status
		if name == "empty" {
			want = Entry{ID: want.ID}
		}
		got, status := j.List(Page{Limit: 1})
		if len(got) != 1 || !reflect.DeepEqual(*got[0], want) {
			t.Errorf("%s: got %+v, want %+v", name, got[0], want)
		}
		if streamed := <-stream.Entries(); !reflect.DeepEqual(*streamed, want) {
			t.Errorf("%s: streamed %+v", name, streamed)
		}
		if status.Bytes < 100 {
			t.Errorf("%s takes %d bytes", name, status.Bytes)
		}
	}
}
