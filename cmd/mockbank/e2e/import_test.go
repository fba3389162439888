package e2e

import (
	"testing"
	"time"
)

// imports are the default configuration's, and how each ends.
var imports = []struct {
	password string
	takes    time.Duration
	status   string
	progress int
	code     string
}{
	{"success", 3 * time.Second, success, 100, ""},
	{"bankConnectionError", 2 * time.Second, failedWithError, 60, "BANK_SERVER_REJECTION"},
}

func TestImport(t *testing.T) {
	s := start(t, setup{binary: shipped})
	for _, test := range imports {
		t.Run(test.password, func(t *testing.T) {
			begun := s.connect(t, s.login(t, test.password).ID)
			if begun.Status != inProgress || begun.ImportProgress != 0 {
				t.Fatalf("it begins %s at %d %%, want %s at 0", begun.Status, begun.ImportProgress, inProgress)
			}
			steps := map[int]bool{}
			last := 0
			for time.Since(begun.CreatedAt) < test.takes+200*time.Millisecond {
				got := s.do(t, "GET", connectionPath(begun.ID), nil)
				seen := into[connection](t, got, 200)
				from, to := got.Sent.Sub(begun.CreatedAt), got.Received.Sub(begun.CreatedAt)
				if seen.ImportProgress < last {
					t.Errorf("progress fell from %d to %d", last, seen.ImportProgress)
				}
				least, most := int(from*time.Duration(test.progress)/test.takes)-1, int(to*time.Duration(test.progress)/test.takes)+1
				if p := seen.ImportProgress; p < min(least, test.progress) || p > min(most, test.progress) {
					t.Errorf("progress %d at an age between %v and %v, want about %d", p, from, to, most)
				}
				if ended := seen.Status != inProgress; ended && to < test.takes || !ended && from >= test.takes {
					t.Errorf("%s at an age between %v and %v, want %s from %v on", seen.Status, from, to, test.status, test.takes)
				}
				last = seen.ImportProgress
				steps[last] = true
			}
			if len(steps) < test.progress/2 {
				t.Errorf("only %d different percentages were seen", len(steps))
			}
			ended := s.connection(t, begun.ID)
			if ended.Status != test.status || ended.ImportProgress != test.progress || ended.Error.code() != test.code {
				t.Errorf("it ends %s at %d %%, %v; want %s at %d, %q", ended.Status, ended.ImportProgress, ended.Error, test.status, test.progress, test.code)
			}
			if ended.FinishedAt == nil || ended.FinishedAt.Sub(begun.CreatedAt) != test.takes || !ended.UpdatedAt.Equal(*ended.FinishedAt) {
				t.Errorf("finished at %v, updated at %v; want both %v after %v", ended.FinishedAt, ended.UpdatedAt, test.takes, begun.CreatedAt)
			}
		})
	}
}

// A client can act on an error: it knows who must, whether to try again, and what to show.
func TestFailedImportSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	made := s.connect(t, s.login(t, "bankConnectionError").ID)
	eventually(t, patience, "the import ends", func() bool { return s.connection(t, made.ID).Status != inProgress })
	e := s.connection(t, made.ID).Error
	if e == nil || e.Message == "" || e.DisplayMessage == "" || (e.Actor != "USER" && e.Actor != "BANK" && e.Actor != "PROVIDER") {
		t.Errorf("the error is %+v; want messages for developer and user, and an actor", e)
	}
}

func TestUpdateImportsAgain(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	made := s.connect(t, s.login(t, "success").ID)
	update := connectionPath(made.ID) + "/update"
	if p := into[problem](t, s.do(t, "POST", update, nil), 423); p.Code != "import_running" {
		t.Errorf("an update while the import runs: %q, want import_running", p.Code)
	}
	eventually(t, patience, "the import ends", func() bool { return s.connection(t, made.ID).Status == success })
	again := into[connection](t, s.do(t, "POST", update, nil), 200)
	if again.ID != made.ID || again.Status != inProgress || again.ImportProgress != 0 || again.FinishedAt != nil {
		t.Errorf("updated it is %+v, want the same, in progress from 0 again", again)
	}
	eventually(t, patience, "the second import ends", func() bool { return s.connection(t, made.ID).Status == success })
}

func TestDeleteAndList(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	type page struct {
		Connections []connection `json:"bank_connections"`
		NextCursor  *string      `json:"next_cursor"`
	}
	list := func(query string) page {
		return into[page](t, s.do(t, "GET", basePath+"/bank_connections"+query, nil), 200)
	}
	var made []string
	for range 3 {
		made = append(made, s.connect(t, s.login(t, "success").ID).ID)
	}
	first := list("?limit=2")
	if len(first.Connections) != 2 || first.NextCursor == nil {
		t.Fatalf("the first page is %+v, want two and a cursor", first)
	}
	second := list("?limit=2&cursor=" + *first.NextCursor)
	if len(second.Connections) != 1 || second.NextCursor != nil {
		t.Fatalf("the second page is %+v, want one and no cursor", second)
	}
	for i, c := range append(first.Connections, second.Connections...) {
		if c.ID != made[i] {
			t.Errorf("connection %d is %s, want %s: oldest first", i, c.ID, made[i])
		}
	}
	if got := s.do(t, "DELETE", connectionPath(made[0]), nil); got.Status != 204 {
		t.Errorf("delete: status %d: %s", got.Status, got.Body)
	}
	into[problem](t, s.do(t, "GET", connectionPath(made[0]), nil), 404)
	into[problem](t, s.do(t, "DELETE", connectionPath(made[0]), nil), 404)
	if left := list("?status=IN_PROGRESS&bank_slug=MockBank"); len(left.Connections) != 2 {
		t.Errorf("%d connections are left, want 2", len(left.Connections))
	}
	eventually(t, patience, "the list shows the imports' end", func() bool {
		return len(list("?status=SUCCESS").Connections) == 2 && len(list("?status=IN_PROGRESS").Connections) == 0
	})
}
