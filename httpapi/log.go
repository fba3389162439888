package httpapi

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

// log writes the exchange's line: what was asked and by whom, what the bank answered, and which scenario spoke.
func (x *exchange) log(took time.Duration) {
	event := x.api.logger.WithLevel(x.level())
	if event == nil || !event.Enabled() {
		return
	}
	event.Str("route", x.endpoint.name).Str("method", x.r.Method).Int("status", x.sent).
		Float64("duration_ms", float64(took.Microseconds())/1000).Int64("bytes", x.written).Str("request_id", x.requestID).Str("session",
		x.session)
	if x.trace.id != "" {
		event.Str("trace_id", x.trace.id).Str("parent_span_id", x.trace.span)
	}
	x.logAnswer(event)
	x.logOutcome(event)
	event.Msg("request")
}

// unmatched reports whether the exchange began a process that no scenario took.
func (x *exchange) unmatched() bool {
	return x.endpoint.name == "authenticate" && x.scenario == "" && x.code == "" && x.about.processID != ""
}

// level is that of the exchange's line: what people must look at stands out, and what machines
// ask all day long does not.
func (x *exchange) level() zerolog.Level {
	switch {
	case x.sent == http.StatusInternalServerError && !x.outgoing.shaped:
		return zerolog.ErrorLevel
	case x.sent > http.StatusInternalServerError && !x.outgoing.shaped, x.unmatched():
		return zerolog.WarnLevel
	case x.endpoint.quiet:
		return zerolog.DebugLevel
	default:
		return zerolog.InfoLevel
	}
}

// logAnswer adds what the bank said, and about whom.
func (x *exchange) logAnswer(event *zerolog.Event) {
	event.Str("path", loggedText(x.shownPath()))
	if x.about.username != "" {
		event.Str("username", loggedText(x.about.username))
	}
	if x.about.state != "" {
		event.Str("state", x.about.state)
	}
	if x.about.state != "" && x.about.progress >= 0 {
		event.Int("progress", x.about.progress)
	}
	if x.about.failure != "" {
		event.Str("error_code", loggedText(x.about.failure))
	}
	if x.scenario != "" {
		event.Str("scenario", x.scenario)
	}
	if name, differs := x.nearest(); name != "" {
		event.Str("nearest", name).Str("differs", differs)
	}
}

// logOutcome adds what is there only sometimes. A refusal's message is not: it may repeat what the
// client sent.
func (x *exchange) logOutcome(event *zerolog.Event) {
	if x.phone != "" {
		event.Str("phone_url", x.phone)
	}
	if x.code != "" {
		event.Str("code", string(x.code))
	}
	if x.outgoing.broken != "" {
		event.Str("wire_fault", string(x.outgoing.broken))
	}
	if x.outgoing.fault != nil && x.outgoing.fault.Name != "" {
		event.Str("fault", x.outgoing.fault.Name)
	}
	if x.cause != nil {
		event.Err(x.cause)
	}
}

// loggedText bounds a client's text, and keeps what is no character of a line out of it.
func loggedText(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == '\u2028' || c == '\u2029' {
			return '\ufffd'
		}
		return c
	}, shorten(text))
}

// Bounds of the search for the scenario that a login was probably meant for.
const (
	nearestWithin    = time.Second
	nearestPerSecond = 10
)

// nearest returns the scenario that came nearest to a login which only a catch-all took, or none, and in what the
// login differs; "" where there is none, or where many such logins came at once.
func (x *exchange) nearest() (name, differs string) {
	if x.endpoint.name != "authenticate" || x.code != "" || x.login.Scenario != "" || x.login.Username == "" || !x.caughtByAll() {
		return "", ""
	}
	if !x.api.nearestLookups.allow(x.api.now(), nearestPerSecond) {
		return "", ""
	}
	_ = http.NewResponseController(x.w).Flush() // the client need not wait for it
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.r.Context()), nearestWithin)
	defer cancel()
	found, err := x.api.bank.Explain(ctx, x.login, engine.AssumedFacts{})
	if err != nil || len(found.Nearest) == 0 {
		return "", ""
	}
	return found.Nearest[0].Name, differences(found.Nearest[0].Conditions)
}

// caughtByAll reports whether the login began a process, which no scenario took or one that takes every user and
// password.
func (x *exchange) caughtByAll() bool {
	if x.about.processID == "" || x.sent == 0 {
		return false
	}
	if x.scenario == "" {
		return true
	}
	scenario, known := x.api.bank.Rules().Scenario(x.scenario)
	return known && scenario.When.Username.MatchesAll() && scenario.When.Password.MatchesAll()
}

// differences says which conditions do not hold, and how near they came. A secret is never shown.
func differences(conditions []engine.ExplainedCondition) string {
	var all []string
	for i := range conditions {
		c := &conditions[i]
		switch {
		case c.Holds:
		case c.Hint != "" && c.Hint != "differs":
			all = append(all, c.Key+" "+c.Hint)
		default:
			all = append(all, c.Key+" differs")
		}
	}
	return strings.Join(all, ", ")
}

// throttle lets a bounded number of things through in each second.
type throttle struct {
	mu     sync.Mutex
	second int64
	count  int
}

func (t *throttle) allow(now time.Time, most int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if second := now.Unix(); second != t.second {
		t.second, t.count = second, 0
	}
	t.count++
	return t.count <= most
}
