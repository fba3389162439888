package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// sessionsPage is a part of the sessions, by name.
type sessionsPage struct {
	Search   string
	Rows     []engine.SessionState
	Next     string
	Total    int
	ReadOnly bool
}

// Sessions lists the sessions with their clocks.
func (c *Console) Sessions(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "sessions")
	q := r.URL.Query()
	content := sessionsPage{Search: strings.TrimSpace(q.Get("search")), ReadOnly: c.config.ReadOnly}
	var err error
	if content.Total, err = c.config.Sessions.Count(r.Context()); err != nil {
		return p.refused(err)
	}
	if after := q.Get("after"); nameOrNone(content.Search) && nameOrNone(after) {
		if content.Rows, err = c.config.Sessions.Page(r.Context(), content.Search, after, pageSize+2); err != nil {
			return p.refused(err)
		}
	}
	if err := p.addDefault(&content, q.Get("after")); err != nil {
		return p.refused(err)
	}
	if len(content.Rows) > pageSize {
		content.Rows = content.Rows[:pageSize]
		content.Next = content.Rows[pageSize-1].ID
	}
	return p.show(http.StatusOK, "sessions.html", "sessions.title", content)
}

// addDefault puts the default session first, whether or not somebody used it yet.
func (p *page) addDefault(content *sessionsPage, after string) error {
	content.Total++ // it is not among those that are counted
	content.Rows = slices.DeleteFunc(content.Rows, func(s engine.SessionState) bool { return s.ID == engine.DefaultSession })
	if after != "" || !strings.HasPrefix(engine.DefaultSession, content.Search) {
		return nil
	}
	state, err := p.config.Sessions.Get(p.r.Context(), engine.DefaultSession)
	if err == nil {
		content.Rows = slices.Insert(content.Rows, 0, state)
	}
	return err
}

// nameOrNone reports whether a text can be a session's name, or is none.
func nameOrNone(text string) bool { return text == "" || engine.CheckSessionName(text) == nil }

var errNoAction = errors.New("the form holds no action")

// ChangeSession makes a session, resets it, or removes it, as the form says.
func (c *Console) ChangeSession(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "sessions")
	id := strings.TrimSpace(r.PostFormValue("id"))
	if err := engine.CheckSessionName(id); err != nil {
		return p.news(http.StatusUnprocessableEntity, p.say("clock.no_session"), err)
	}
	action := r.PostFormValue("action")
	if !slices.Contains([]string{"create", "reset", "delete"}, action) {
		return p.news(http.StatusUnprocessableEntity, p.say("sessions.no_action"), errNoAction)
	}
	if err := c.config.ChangeSession(r.Context(), action, id); err != nil {
		return p.refused(err)
	}
	return p.done(p.back("/console/sessions"))
}
