package store

import (
	"fmt"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

func TestRecent(t *testing.T) {
	t.Parallel()
	r := newRecent(3, func(p *engine.Process) string { return p.ID })
	put := func(id string, step int) {
		r.record([]rowOf[engine.Process]{{id, &engine.Process{ID: id, Step: step}}})
	}
	has := func(want string) {
		t.Helper()
		got := ""
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			if row, kept := r.get(id); kept {
				got += fmt.Sprint(row.ID, row.Step, " ")
			}
		}
		if got != want {
			t.Errorf("kept %q, want %q", got, want)
		}
	}
	put("a", 1)
	r.add([]engine.Process{{ID: "b", Step: 2}})
	put("a", 3)
	has("a3 b2 ")
	r.add([]engine.Process{{ID: "c", Step: 4}, {ID: "d", Step: 5}})
	has("b2 c4 d5 ")
	r.record([]rowOf[engine.Process]{{"c", nil}, {"x", nil}})
	has("b2 d5 ")
	put("e", 6)
	has("d5 e6 ")
	put("a", 7)
	has("a7 d5 e6 ")
	r.drop("e")
	for at, commit := range []func(){
		func() {},
		func() { put("e", 1); r.drop("e") },
		func() { r.add([]engine.Process{{ID: "e"}}); r.drop("e") },
		func() { r.record([]rowOf[engine.Process]{{"e", nil}}) },
		func() { r.forget() },
	} {
		row, err := r.read("e", func() (engine.Process, error) {
			commit()
			return engine.Process{ID: "e", Step: 9}, nil
		})
		if _, kept := r.get("e"); kept != (at == 0) || row.Step != 9 || err != nil {
			t.Errorf("%d: what was read while it changed is kept: %v", at, kept)
		}
		r.drop("e")
	}
	has("")
	put("a", 8)
	has("a8 ")
	var none *recent[engine.Process] // PostgreSQL's
	none.record([]rowOf[engine.Process]{{"a", nil}})
	none.add([]engine.Process{{ID: "a"}})
	none.forget()
	if _, kept := none.get("a"); kept {
		t.Error("nothing has a row")
	}
}
