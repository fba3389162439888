package httpapi

// reset forgets what happened in a session, or in all of them: processes, connections, counters, kept
// answers and the journal. Clocks, seeds and coverage stay.
func reset(x *exchange) error {
	f, err := x.fields()
	if err != nil {
		return err
	}
	said := f.optional("session", maxName)
	if err := f.err(); err != nil {
		return err
	}
	session, err := x.sessionAsked(said)
	if err != nil {
		return err
	}
	if session == "" {
		err = x.api.bank.ResetAll(x.context())
	} else {
		err = x.api.bank.ResetSession(x.context(), session)
	}
	if err != nil {
		return err
	}
	x.api.forgetJournal(session)
	x.noContent()
	return nil
}

// forgetJournal drops what the journal holds of a session, "" for all of it.
func (a *api) forgetJournal(session string) {
	if a.journal != nil {
		a.journal.Forget(session)
	}
}
