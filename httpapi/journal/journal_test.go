package journal

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

var began = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

func entry(session string, status int) *Entry {
	return &Entry{Session: session, Route: "authenticate", Response: Response{Status: status, Scenario: "success", Body: make([]byte, 650)}}
}

func sessionsOf(entries []*Entry) string {
	var names []string
	for _, e := range entries {
		names = append(names, e.Session)
	}
	return strings.Join(names, " ")
}

func TestIDsGrowOverRestarts(t *testing.T) {
	t.Parallel()
	before, after := entry("a", 200), entry("b", 200)
	j := New(Limits{Entries: 10, Bytes: 1 << 20}, began)
	for range 500 {
		j.Add(entry("a", 200))
	}
	j.Add(before)
	New(Limits{Entries: 10, Bytes: 1 << 20}, began.Add(time.Second)).Add(after)
	if before.ID >= after.ID || after.ID >= 1<<53 {
		t.Errorf("%d, then %d", before.ID, after.ID)
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limits  Limits
		entries int
	}{
		"by count":          {Limits{Entries: 7, Bytes: 1 << 20}, 7},
		"by bytes":          {Limits{Entries: 1000, Bytes: 5000}, 5},
		"smaller than one":  {Limits{Entries: 1000, Bytes: 10}, 0},
		"of one":            {Limits{Entries: 1, Bytes: 1 << 20}, 1},
		"larger than these": {Limits{Entries: 1000, Bytes: 1 << 20}, 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := New(test.limits, began)
			for i := range 500 {
				j.Add(entry(fmt.Sprint(i), 200))
			}
			got, status := j.List(Page{Limit: 1000})
			if len(got) != test.entries || status.Entries != test.entries || status.Evicted != int64(500-test.entries) || status.Bytes > test.limits.Bytes {
				t.Errorf("%d entries, %+v", len(got), status)
			}
			if test.entries > 0 && got[len(got)-1].Session != "499" {
				t.Errorf("the last is %q", got[len(got)-1].Session)
			}
			if slots := len(j.entries); slots > 2*test.entries+64 {
				t.Errorf("%d slots for %d entries", slots, test.entries)
			}
		})
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	j := New(Limits{Entries: 100, Bytes: 1 << 20}, began)
	first := began.UnixMilli()*idsPerMillisecond + 1
	for i, session := range []string{"a", "b", "a", "b", "a"} {
		j.Add(entry(session, 200+100*i))
	}
	tests := map[string]struct {
		page Page
		want string
		last int64
	}{
		"the last two":        {Page{Limit: 2}, "b a", first + 4},
		"all":                 {Page{Limit: 9}, "a b a b a", first + 4},
		"from the first":      {Page{Since: 1, Limit: 2}, "a b", first + 1},
		"on from there":       {Page{Since: first + 1, Limit: 2}, "a b", first + 3},
		"the rest":            {Page{Since: first + 3, Limit: 2}, "a", first + 4},
		"nothing":             {Page{Since: first + 4, Limit: 2}, "", first + 4},
		"of a session":        {Page{Since: 1, Limit: 2, Filter: Filter{Session: "b"}}, "b b", first + 4},
		"one of a session":    {Page{Since: 1, Limit: 1, Filter: Filter{Session: "b"}}, "b", first + 1},
		"of a class":          {Page{Limit: 9, Filter: Filter{StatusFrom: 300, StatusTo: 499}}, "b a", first + 4},
		"of another route":    {Page{Limit: 9, Filter: Filter{Route: "connect"}}, "", first + 4},
		"of the scenario":     {Page{Limit: 1, Filter: Filter{Scenario: "success"}}, "a", first + 4},
		"of a process":        {Page{Limit: 9, Filter: Filter{Process: "p"}}, "", first + 4},
		"of a connection":     {Page{Limit: 9, Filter: Filter{Connection: "c"}}, "", first + 4},
		"an id of the future": {Page{Since: first + 99, Limit: 9}, "", first + 4},
	}
	for name, test := range tests {
		got, status := j.List(test.page)
		if sessionsOf(got) != test.want || status.Last != test.last {
			t.Errorf("%s: %q up to %d, want %q up to %d", name, sessionsOf(got), status.Last-first, test.want, test.last-first)
		}
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	j := New(Limits{Entries: 100, Bytes: 1 << 20}, began)
	for _, session := range []string{"a", "b", "a"} {
		j.Add(entry(session, 200))
	}
	j.Forget("a")
	got, status := j.List(Page{Limit: 9})
	left := new(packer).pack(entry("b", 200))
	if sessionsOf(got) != "b" || status.Evicted != 0 || status.Missed != 0 || status.Bytes != left.size() {
		t.Errorf("%q, %+v", sessionsOf(got), status)
	}
	j.Forget("")
	if _, status := j.List(Page{Limit: 9}); status.Entries != 0 || status.Bytes != 0 {
		t.Errorf("%+v", status)
	}
}

// A reader that follows gets each entry once, whatever is added meanwhile.
func TestFollow(t *testing.T) {
	t.Parallel()
	j := New(Limits{Entries: 10_000, Bytes: 1 << 24, Streams: 1}, began)
	var adding sync.WaitGroup
	for range 4 {
		adding.Go(func() {
			for range 50 {
				j.Add(entry("a", 200))
				j.Add(entry("b", 200))
			}
		})
	}
	backlog, _, stream := j.Follow(Filter{Session: "a"}, 1)
	adding.Wait()
	if _, _, second := j.Follow(Filter{}, 0); second != nil {
		t.Error("one stream more than are allowed")
	}
	seen := map[int64]bool{}
	last := int64(0)
	take := func(e *Entry) {
		if seen[e.ID] || e.ID < last || e.Session != "a" {
			t.Errorf("entry %d of session %s after %d", e.ID, e.Session, last)
		}
		seen[e.ID], last = true, e.ID
	}
	for _, e := range backlog {
		take(e)
	}
	for len(seen) < 200 {
		take(<-stream.Entries())
	}
	j.Unfollow(stream)
	if _, _, next := j.Follow(Filter{}, 0); next == nil {
		t.Error("the place of a stream that ended is not free")
	}
}

func TestSlowReaders(t *testing.T) {
	t.Parallel()
	j := New(Limits{Entries: 10, Bytes: 1 << 20, Streams: 1}, began)
	_, _, stream := j.Follow(Filter{}, 0)
	for range streamBuffer + 10 {
		j.Add(entry("a", 200))
	}
	got := 0
	for range stream.Entries() { // it ends, since the stream was dropped
		got++
	}
	if got != streamBuffer {
		t.Errorf("%d entries before the end, want %d", got, streamBuffer)
	}
}

func BenchmarkAdd(b *testing.B) {
	j := New(Limits{Entries: 10_000, Bytes: 16 << 20}, began)
	b.ReportAllocs()
	for b.Loop() {
		j.Add(&Entry{Session: "a"})
	}
}
