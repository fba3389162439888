package console

import (
	"net/http"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// pageSize is how many connections a page shows.
const pageSize = 50

// connectionsPage is a part of a session's connections.
type connectionsPage struct {
	Session, Status string
	Statuses        []string
	Rows            []engine.ConnectionState
	// Next is the last one shown, where there are more.
	Next, After string
	// Moves says that some import is under way while the clock runs.
	Moves bool
}

// Connections lists a session's connections, the youngest first, and finds a record by its id.
func (c *Console) Connections(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "connections")
	q := r.URL.Query()
	content := connectionsPage{Session: p.frame.Session, Status: q.Get("status"), After: q.Get("after")}
	for _, status := range engine.ImportStatuses() {
		content.Statuses = append(content.Statuses, string(status))
	}
	rows, err := c.config.Bank.Connections(r.Context(), engine.ConnectionFilter{
		Session: p.frame.Session, Status: engine.ImportStatus(content.Status), After: q.Get("after"), Limit: pageSize + 1, Latest: true,
	})
	if err != nil {
		return p.refused(err)
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		content.Next = rows[pageSize-1].ID
	}
	content.Rows = rows
	running := slices.ContainsFunc(rows, func(c engine.ConnectionState) bool { return c.Status == engine.InProgress })
	if session, err := c.config.Sessions.Get(r.Context(), p.frame.Session); err == nil {
		content.Moves = running && !session.Clock.Frozen()
	}
	return p.show(http.StatusOK, "connections.html", "connections.title", content)
}
