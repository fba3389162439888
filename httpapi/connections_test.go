package httpapi

import (
	"net/url"
	"slices"
	"testing"
	"time"
)

func TestConnect(t *testing.T) {
	t.Parallel()
	s := start(t)
	process := s.login("success")
	made := s.send("POST", base+"/bank_connections", processField(process)).want(201)
	id := made.text("id")
	if got := made.Header().Get("Location"); got != base+"/bank_connections/"+id {
		t.Errorf("Location %q", got)
	}
	for path, want := range map[string]any{
		"status": "IN_PROGRESS", "import_progress": 0.0, "bank_authentication_process_id": process,
		"bank_slug": "MockBank", "finished_at": nil, "authentication_status": nil, "error": nil,
	} {
		if made.field(path) != want {
			t.Errorf("%s is %v, want %v", path, made.field(path), want)
		}
	}
	again := s.send("POST", base+"/bank_connections", processField(process)).wantProblem(409, "authentication_already_used")
	if again.text("connection_id") != id {
		t.Errorf("the problem does not name the connection: %s", again.Body)
	}
	s.send("POST", base+"/bank_connections", processField(s.login("challenge"))).wantProblem(409, "authentication_not_completed")
}

func TestConnectionIsReadAsItIsNow(t *testing.T) {
	t.Parallel()
	s := start(t)
	broken, partial := s.connect("broken"), s.connect("partial")
	s.clock.advance(1500 * time.Millisecond)
	half := s.get(base + "/bank_connections/" + broken).want(200)
	if half.field("import_progress") != 40.0 || half.text("import_message") != "Reading accounts" || half.text("status") != "IN_PROGRESS" {
		t.Errorf("half way: %s", half.Body)
	}
	s.clock.advance(time.Second)
	over := s.get(base + "/bank_connections/" + broken).want(200)
	if over.text("status") != "FAILED_WITH_ERROR" || over.text("error.code") != "BANK_SERVER_REJECTION" || over.text("finished_at") != "2026-11-24T09:30:02.000Z" {
		t.Errorf("at the end: %s", over.Body)
	}
	warned := s.get(base + "/bank_connections/" + partial).want(200)
	if warnings, _ := warned.field("warnings").([]any); warned.text("status") != "SUCCESS" || len(warnings) != 1 {
		t.Errorf("a success in part: %s", warned.Body)
	}
}

func TestUpdateConnection(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.connect("success")
	path := base + "/bank_connections/" + id
	s.send("POST", path+"/update", "").wantProblem(423, "import_running")
	s.clock.advance(time.Minute)
	if got := s.send("POST", path+"/update", "").want(200); got.text("status") != "IN_PROGRESS" || got.field("import_progress") != 0.0 {
		t.Errorf("%s", got.Body)
	}
}

func TestDeleteConnection(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := base + "/bank_connections/" + s.connect("success")
	gone := s.send("DELETE", path, "").want(204)
	if gone.Body.Len() != 0 {
		t.Errorf("a 204 with a body: %s", gone.Body)
	}
	s.get(path).wantProblem(404, "not_found")
	s.send("DELETE", path, "").wantProblem(404, "not_found")
}

func TestListConnections(t *testing.T) {
	t.Parallel()
	s := start(t)
	var made []string
	for range 5 {
		made = append(made, s.connect("success"))
	}
	s.clock.advance(time.Hour)
	made = append(made, s.connect("success"))

	if got := s.pages(base+"/bank_connections?limit=2", "bank_connections", "id"); !slices.Equal(got, made) {
		t.Errorf("pages of two:\n%q, want\n%q", got, made)
	}
	if got := s.pages(base+"/bank_connections?status=IN_PROGRESS", "bank_connections", "id"); !slices.Equal(got, made[5:]) {
		t.Errorf("in progress: %q, want %q", got, made[5:])
	}
	for _, query := range []string{"?bank_slug=SampleBank", "?status=FAILED_WITH_ERROR"} {
		if got := s.pages(base+"/bank_connections"+query, "bank_connections", "id"); len(got) != 0 {
			t.Errorf("%s: %q", query, got)
		}
	}
	other := s.get(base+"/bank_connections", header("X-Mockbank-Session", "another")).want(200)
	if list, _ := other.field("bank_connections").([]any); len(list) != 0 {
		t.Errorf("another session sees %s", other.Body)
	}
}

// A cursor that is none is told of once, be it no base64 or not of this list.
func TestListConnectionsWithAWrongCursor(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, cursor := range []string{"z", "zzz", "YWJj", "AA", "_w"} {
		got := s.get(base+"/bank_connections?cursor="+cursor).wantProblem(422, "invalid_parameters")
		if faults, _ := got.field("errors").([]any); len(faults) != 1 {
			t.Errorf("%q: %s", cursor, got.Body)
		}
	}
}

// pages follows a list's cursors and returns one field of all entries.
func (s *server) pages(path, list, field string, cursorField ...string) []string {
	s.t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		s.t.Fatal(err)
	}
	var found []string
	for range 20 {
		got := s.get(u.String()).want(200)
		for _, entry := range got.field(list).([]any) {
			found = append(found, entry.(map[string]any)[field].(string))
		}
		cursor := got.text(append(cursorField, "next_cursor")[0])
		if cursor == "" {
			return found
		}
		query := u.Query()
		query.Set("cursor", cursor)
		u.RawQuery = query.Encode()
	}
	s.t.Fatal("the list does not end")
	return nil
}
