package httpapi

import (
	"context"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// outgoing is what scenarios do to an exchange's answer on its way to the client.
type outgoing struct {
	// open says that the endpoint did its work, and that scenarios may shape the answer.
	open bool
	// step is how the process's step, or the import's point, shapes the answer.
	step *engine.ResponseShape
	// fault is how a fault of the live rules does.
	fault *engine.ResponseShape

	shaped   bool             // the answer is no longer the one that was composed
	replaced bool             // its body is another one
	broken   engine.WireFault // how it was broken
	delayed  time.Duration    // how long it was held back
}

// faultEndpoints are the routes with the names that faults know them by.
var faultEndpoints = map[string]engine.Endpoint{
	"authenticate": engine.EndpointAuthenticate, "process": engine.EndpointProcess,
	"confirm_challenge_response": engine.EndpointConfirm,
	"connect":                    engine.EndpointConnect, "connection": engine.EndpointConnection, "update": engine.EndpointUpdate,
	"connections": engine.EndpointConnections, "delete": engine.EndpointDelete,
	"banks": engine.EndpointBanks, "bank": engine.EndpointBank, "banks_v1": engine.EndpointBanks, "bank_v1": engine.EndpointBank,
}

// deliver sends the composed answer as scenarios shape it.
func (x *exchange) deliver() {
	if err := x.findFault(); err != nil {
		x.composeProblem(err)
	}
	shape := x.outgoing.shape()
	if shape == nil || x.failed() {
		x.renameAnswer(nil)
		x.send()
		return
	}
	if shape.Delay > 0 {
		x.delay(shape.Delay)
	}
	resolved := x.resolved()
	x.applyShape(&resolved)
	x.renameAnswer(&resolved)
	x.sendThrough(resolved.Fault, resolved.Over)
}

// findFault asks whether a fault of the live rules concerns the request.
func (x *exchange) findFault() (err error) {
	if !x.outgoing.open || x.failed() {
		return nil
	}
	r := &x.request
	if r.Decided && (x.code == "" || r.Refused || r.Settled) {
		x.outgoing.fault = r.Fault
		return nil
	}
	if x.code != "" && x.declared == nil { // the record that a refused request names says whose counts it is in
		x.findSession()
	}
	r.Endpoint, r.Header = x.endpoint.fault, headerOf(x.r)
	if x.declared != nil && r.Also == nil {
		r.Also = x.declared.match.Names()
	}
	about := engine.Subject{
		Session: x.sessionOfRecord(), Bank: x.about.bank, Username: x.about.username, Scenario: x.about.scenario, Case: x.about.caseID,
		ProcessID: x.about.processID, ConnectionID: x.about.connectionID, Run: x.about.run,
	}
	if !x.about.authenticatedAt.IsZero() {
		about.AuthenticatedAt = &x.about.authenticatedAt
	}
	if about.Username == "" {
		about.Bank, about.Username = x.login.Bank, x.login.Username
	}
	x.outgoing.fault, err = x.api.bank.Fault(x.context(), r, about)
	return err
}

// shape returns how the answer is shaped, nil for not at all: as the step says, and where a fault says
// something too, as the fault does.
func (w *outgoing) shape() *engine.ResponseShape {
	if !w.open || w.step == nil {
		return w.fault
	}
	if w.fault == nil || w.fault == w.step {
		return w.step
	}
	both := w.step.Under(w.fault)
	return &both
}

// heldUntil returns until when the answer is held back, as far as is known, zero where it is not.
func (w *outgoing) heldUntil(now time.Time) time.Time {
	if shape := w.shape(); shape != nil && shape.Delay > 0 {
		return now.Add(shape.Delay + delayMargin)
	}
	return time.Time{}
}

// delayMargin is how much later than expected an answer may be released before a repeat of its request
// gets the one that was kept: the session's clock may stand, or the node may have died.
const delayMargin = 5 * time.Second

// delay waits, and makes the answer from what is true then. What it tells of was committed before.
func (x *exchange) delay(delay time.Duration) {
	if x.outgoing.fault != nil { // which the answer was kept without
		x.reviseKept()
	}
	began := x.api.now()
	x.wait(delay)
	x.outgoing.delayed = max(x.api.now().Sub(began), time.Nanosecond)
	x.composeAgain()
	x.outgoing.release()
	x.reviseKept()
}

// wait returns once a time has passed by the session's clock, the server begins to shut down, or the
// client goes away.
func (x *exchange) wait(d time.Duration) {
	ctx, cancel := context.WithCancel(x.context())
	defer cancel()
	if stopping := x.api.config.Stopping; stopping != nil {
		go func() {
			select {
			case <-stopping:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	_ = x.api.clocks.Wait(ctx, x.sessionOfRecord(), d) // whatever ends it early releases the answer
}

// release lets the answer no longer count as held back.
func (w *outgoing) release() {
	for _, shape := range []**engine.ResponseShape{&w.step, &w.fault} {
		if *shape != nil {
			released := **shape
			released.Delay = 0
			*shape = &released
		}
	}
}

func (x *exchange) sessionOfRecord() string {
	if x.about.session != "" {
		return x.about.session
	}
	return x.session
}

// composeAgain composes the answer anew, from the record as it is now. One that cannot be read (it was
// deleted meanwhile, or the client has gone away) leaves the answer as it was.
func (x *exchange) composeAgain() {
	switch {
	case x.endpoint.page != nil:
		return
	case x.declared != nil:
		x.composeDeclaredAgain()
	case x.code != "" || x.about.processID == "":
		return // a refusal, or a list
	case x.endpoint.fault == engine.EndpointConnect, x.endpoint.fault == engine.EndpointConnection,
		x.endpoint.fault == engine.EndpointUpdate:
		if state, err := x.api.bank.PeekConnection(x.context(), x.about.connectionID); err == nil {
			x.composeConnectionAgain(&state)
		}
	default:
		if state, err := x.api.bank.Process(x.context(), x.about.processID); err == nil {
			x.composeProcess(&state)
		}
	}
}

func (x *exchange) composeConnectionAgain(state *engine.ConnectionState) {
	if x.endpoint.fault == engine.EndpointConnect {
		x.composeCreated(state)
		return
	}
	x.composeConnection(state)
}
