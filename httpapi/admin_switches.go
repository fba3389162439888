package httpapi

import "net/http"

// flipSwitch sets a switch of a session, which begins where it is not there. It holds on every node once this is
// answered.
func flipSwitch(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	if err := x.readBody(); err != nil {
		return err
	}
	f, err := x.fields()
	if err != nil {
		return err
	}
	on := f.flag("on")
	if f.err() == nil && (!f.has("on") || f.plain("on") == "null") {
		f.fault("on", "is required: true or false")
	}
	if err := f.err(); err != nil {
		return err
	}
	state, err := x.api.sessions.FlipSwitch(x.context(), id, x.variable("name"), on)
	if err != nil {
		return err
	}
	x.about.session = id
	body := x.api.sessionBody(&state)
	x.compose(http.StatusOK, &body)
	return nil
}
