package record

import (
	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// byConsole writes what somebody did in the console in the user's or the client's place.
func (r *recorder) byConsole(e *journal.Entry) {
	switch {
	case has(e, "password"):
		r.answer(e, engine.EventPassword, "password")
	case has(e, "decision") && taken(e, engine.EventRedirect) == nil:
		r.onPhone(e)
	default:
		r.onPage(e)
	}
}

// flipByConsole writes a switch that the console set.
func (r *recorder) flipByConsole(e *journal.Entry) {
	if name := field(e.Request.Body, "switch_on"); name != "" {
		r.step(e, newStep("switch", flow(name, word("on"))))
		return
	}
	if name := field(e.Request.Body, "switch_off"); name != "" {
		r.step(e, newStep("switch", flow(name, word("off"))))
		return
	}
	r.leaveOut(e) // it was refused
}

// faultsByConsole writes the faults that the session had after the console changed them.
func (r *recorder) faultsByConsole(e *journal.Entry) {
	if e.Response.Code != "" {
		r.leaveOut(e)
		return
	}
	r.givenFaults(e)
}
