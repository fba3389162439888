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
	all, err := c.config.Bank.Sessions(r.Context())
	if err != nil {
		return p.refused(err)
	}
	content.Total = len(all)
	for i := range all {
		if all[i].ID <= q.Get("after") || !strings.HasPrefix(all[i].ID, content.Search) {
			continue
		}
		if len(content.Rows) == pageSize {
			content.Next = content.Rows[pageSize-1].ID
			break
		}
		content.Rows = append(content.Rows, all[i])
	}
	return p.show(http.StatusOK, "sessions.html", "sessions.title", content)
}

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
