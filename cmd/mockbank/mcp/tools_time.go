package mcp

import (
	"context"
	"net/url"
)

func (t *tools) addTime() {
	add(t, "create_session", plays, "Make a session: records, counters and a clock of its own, which nobody else sees. A frozen clock "+
		"stands until it is turned.", t.createSession)
	add(t, "delete_session", changes, "Forget a session with all that happened in it.", t.deleteSession)
	add(t, "read_clock", reads, "A session's clock, and what falls due next by it.", t.readClock)
	add(t, "turn_clock", changes, "Turn a session's clock: freeze it or let it run on, and set it forward by a duration or to the next "+
		"thing that is due. "+
		"What falls due on the way has happened when this returns.", t.turnClock)
}

type createIn struct {
	ID       string `json:"id" jsonschema:"the session's name: letters, digits, - and _"`
	Frozen   bool   `json:"frozen,omitempty" jsonschema:"its clock stands until it is turned"`
	Seed     uint32 `json:"seed,omitempty" jsonschema:"what chance goes by, so that a run can be repeated"`
	StartsAt string `json:"starts_at,omitempty" jsonschema:"the time that its clock begins at, as RFC 3339"`
}

func (t *tools) createSession(ctx context.Context, in *createIn) (any, error) {
	body := members("id", in.ID, "starts_at", in.StartsAt)
	if in.Frozen {
		body["frozen"] = true
	}
	if in.Seed > 0 {
		body["seed"] = in.Seed
	}
	return t.bank.admin(ctx, "POST", "/sessions", nil, body)
}

type sessionIn struct {
	Session string `json:"session"`
}

func (s *sessionIn) path() string { return "/sessions/" + url.PathEscape(s.Session) }

func (t *tools) deleteSession(ctx context.Context, in *sessionIn) (any, error) {
	if _, err := t.bank.admin(ctx, "DELETE", in.path(), nil, nil); err != nil {
		return nil, err
	}
	return "forgotten", nil
}

func (t *tools) readClock(ctx context.Context, in *sessionIn) (any, error) {
	return t.bank.admin(ctx, "GET", in.path()+"/clock", nil, nil)
}

type clockIn struct {
	Session string `json:"session"`
	Advance string `json:"advance,omitempty" jsonschema:"set it forward by this duration: 2s, 5m, 90d"`
	ToNext  bool   `json:"to_next,omitempty" jsonschema:"set it to the next thing that is due"`
	Freeze  bool   `json:"freeze,omitempty" jsonschema:"let it stand"`
	Resume  bool   `json:"resume,omitempty" jsonschema:"let it run on"`
}

func (t *tools) turnClock(ctx context.Context, in *clockIn) (any, error) {
	body := members("advance", in.Advance)
	for name, asked := range map[string]bool{"to_next": in.ToNext, "freeze": in.Freeze, "resume": in.Resume} {
		if asked {
			body[name] = true
		}
	}
	session := sessionIn{in.Session}
	return t.bank.admin(ctx, "POST", session.path()+"/clock", nil, body)
}
