package httpapi

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// consoleSessions are the sessions as the console changes them: the journal learns of what a recording of the session
// needs to do, too, as it learns from the admin API.
type consoleSessions struct{ Sessions }

// FlipSwitch implements [console.Sessions].
func (s consoleSessions) FlipSwitch(ctx context.Context, session, name string, on bool) (engine.SessionState, error) {
	state, err := s.Sessions.FlipSwitch(ctx, session, name, on)
	if x, _ := ctx.Value(exchangeKey{}).(*exchange); x != nil && err == nil {
		x.about.session, x.about.switched, x.about.switchedOn = session, name, on
	}
	return state, err
}

// SetFaults implements [console.Sessions].
func (s consoleSessions) SetFaults(ctx context.Context, session string, faults []engine.SessionFault) (engine.SessionState, error) {
	state, err := s.Sessions.SetFaults(ctx, session, faults)
	if x, _ := ctx.Value(exchangeKey{}).(*exchange); x != nil && err == nil {
		x.about.session, x.about.faults = session, writtenFaults(faults, state.Now)
	}
	return state, err
}

// writtenFaults are faults as a test writes them. One that the session had already lasts as long as it has left.
func writtenFaults(faults []engine.SessionFault, now time.Time) string {
	var texts []string
	for i := range faults {
		text := faults[i].Written
		var members map[string]any
		if until := faults[i].Until; until != nil && faults[i].Lasts == 0 && json.Unmarshal(text, &members) == nil {
			members["lasts"] = engine.FormatDuration(until.Sub(now))
			if again, err := json.Marshal(members); err == nil {
				text = again
			}
		}
		texts = append(texts, string(text))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
