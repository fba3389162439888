package journal

// Filter selects entries. The zero Filter selects all of them.
type Filter struct {
	Session, Scenario, Route, Process, Connection string
	// StatusFrom and StatusTo are the first and the last HTTP status that is selected; StatusTo 0
	// means any.
	StatusFrom, StatusTo int
}

// Selects reports whether the filter lets the entry through.
func (f *Filter) Selects(e *Entry) bool {
	return same(f.Session, e.Session) && same(f.Scenario, e.Response.Scenario) && same(f.Route, e.Route) &&
		same(f.Process, e.Process) && same(f.Connection, e.Connection) &&
		(f.StatusTo == 0 || e.Response.Status >= f.StatusFrom && e.Response.Status <= f.StatusTo)
}

func same(wanted, had string) bool { return wanted == "" || wanted == had }
