package store

import (
	"fmt"
	"testing"
)

func TestRecent(t *testing.T) {
	t.Parallel()
	r := newRecent[int](3)
	put := func(id string, n int) { r.note([]rowOf[int]{{id, &n}}) }
	has := func(want string) {
		t.Helper()
		got := ""
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			if row := r.get(id); row != nil {
				got += fmt.Sprint(id, *row, " ")
			}
		}
		if got != want {
			t.Errorf("kept %q, want %q", got, want)
		}
	}
	put("a", 1)
	put("b", 2)
	put("a", 3)
	has("a3 b2 ")
	put("c", 4)
	put("d", 5)
	has("b2 c4 d5 ")
	r.note([]rowOf[int]{{"c", nil}, {"x", nil}})
	has("b2 d5 ")
	put("e", 6)
	has("d5 e6 ")
	put("a", 7)
	has("a7 d5 e6 ")
	if len(r.rows) > 3 {
		t.Errorf("%d rows are kept", len(r.rows))
	}
	r.forget()
	has("")
	put("a", 8)
	has("a8 ")
	var none *recent[int] // PostgreSQL's
	none.note([]rowOf[int]{{"a", nil}})
	none.forget()
	if none.get("a") != nil {
		t.Error("nothing has a row")
	}
}
