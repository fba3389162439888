package engine

// FlowDescription is a scenario's behaviour as people and tools read it: events and times are in the
// scenario language's own words, and steps go by name.
type FlowDescription struct {
	Scenario string            `json:"scenario"`
	Hash     string            `json:"hash"`
	Steps    []StepDescription `json:"steps"`
	Import   []ImportMoment    `json:"import"`
	// Update holds the cases of a later import; empty: the import again.
	Update []UpdateDescription `json:"update"`
	// WhileRunning says what becomes of an update while an import runs, "" where it is refused, and Reusable that an
	// authentication may be connected more than once.
	WhileRunning WhileRunning `json:"while_running,omitempty"`
	Reusable     bool         `json:"reusable,omitempty"`
}

// StepDescription is a step with its ways out.
type StepDescription struct {
	Name      string                `json:"name"`
	Status    Status                `json:"status"`
	Challenge *ChallengeDescription `json:"challenge"`
	Error     *Failure              `json:"error"`
	Count     []string              `json:"count,omitempty"`
	Reset     []string              `json:"reset,omitempty"`
	// Event is the scenario's own event of entering the step, "" for none.
	Event WebhookEvent `json:"event,omitempty"`
	// RedirectURL stands in place of the bank's page, and Decisions are further buttons on that page.
	RedirectURL *Text      `json:"redirect_url,omitempty"`
	Decisions   []Decision `json:"decisions,omitempty"`
	// Next holds the ways out in the order in which they are tried, the expiry last. Where there is
	// none the process ends or waits here for ever.
	Next []TransitionDescription `json:"next"`
}

// ChallengeDescription is what the user is asked in a step.
type ChallengeDescription struct {
	Kind             ChallengeKind `json:"kind"`
	Message          Text          `json:"message"`
	AnswerFieldLabel Text          `json:"answer_field_label"`
	// Attempts is 0 where any number of wrong answers is taken.
	Attempts   int         `json:"attempts"`
	Procedures []Procedure `json:"two_step_procedures,omitempty"`
	// Fields are those in which the user answers, and Images how many pictures the author gives.
	Fields []ChallengeField `json:"fields,omitempty"`
	Images int              `json:"images,omitempty"`
}

// TransitionDescription is a way out of a step.
type TransitionDescription struct {
	// Event as a scenario writes it, such as "after: 2s" or "challenge_response: any", with what else must hold.
	Event string `json:"event"`
	// Kind is empty for the expiry of the step.
	Kind EventKind `json:"kind"`
	// To and Status are the name and the status of the step that follows.
	To     string `json:"to"`
	Status Status `json:"status"`
	// Returns is how the browser comes back, as a scenario writes it, "" where nothing is said.
	Returns string `json:"returns,omitempty"`
}

// UpdateDescription is a case of a later import.
type UpdateDescription struct {
	// OlderThan is the age of the authentication that the case wants, "" where it takes any.
	OlderThan string `json:"older_than"`
	// When is what else must hold, "" for nothing.
	When   string         `json:"when,omitempty"`
	Import []ImportMoment `json:"import"`
}

// Describe returns the flow's steps and timelines as data.
func (f *Flow) Describe() FlowDescription {
	d := FlowDescription{
		Scenario: f.Scenario, Hash: f.hash, Steps: make([]StepDescription, len(f.Steps)),
		Import: f.describeImport(&f.Import), Update: make([]UpdateDescription, len(f.Update)), Reusable: f.Reusable,
	}
	if f.WhileRunning != RefuseUpdate {
		d.WhileRunning = f.WhileRunning
	}
	for i := range f.Steps {
		d.Steps[i] = f.describeStep(&f.Steps[i])
	}
	for i := range f.Update {
		d.Update[i].Import = f.describeImport(&f.Update[i].Import)
		if when := f.Update[i].When; when != nil {
			d.Update[i].When = when.String()
		}
		if older := f.Update[i].OlderThan; !older.IsZero() {
			d.Update[i].OlderThan = older.String()
		}
	}
	return d
}

func (f *Flow) describeStep(s *Step) StepDescription {
	d := StepDescription{
		Name: s.Name, Status: s.Status, Error: s.Error, Count: s.Count, Reset: s.Reset, RedirectURL: s.RedirectURL, Decisions: s.Decisions,
		Next: make([]TransitionDescription, 0, len(s.Next)+1),
	}
	if s.Event != nil {
		d.Event = s.Event.Name
	}
	if c := s.Challenge; c != nil {
		d.Challenge = &ChallengeDescription{c.Kind, c.Message.Default, c.AnswerFieldLabel.Default, c.Attempts, c.Procedures, c.Fields,
			len(c.Images)}
		if c.Image != nil {
			d.Challenge.Images++
		}
	}
	add := func(event string, kind EventKind, to int, returns *Returns) {
		d.Next = append(d.Next, TransitionDescription{event, kind, f.Steps[to].Name, f.Steps[to].Status, returns.String()})
	}
	for i := range s.Next {
		add(s.Next[i].describe(), s.Next[i].Event.Kind, s.Next[i].To, s.Next[i].Returns)
	}
	if !s.ExpiresAfter.IsZero() && !s.expiryOnlyNotifies() {
		add(s.expiry(), "", s.ExpiresTo, nil)
	}
	return d
}

// describe returns the transition's event, and what else must hold, as a scenario writes them.
func (t *Transition) describe() string {
	if t.When == nil {
		return t.Event.String()
	}
	return t.Event.String() + " when " + t.When.String()
}

// expiryOnlyNotifies reports whether an `after` of the same length goes before the step's expiry, which then
// only tells clients until when they can answer.
func (s *Step) expiryOnlyNotifies() bool {
	for i := range s.Next {
		event := &s.Next[i].Event
		if due, timed := event.Due(); timed && due == s.ExpiresAfter && !due.Random() && due.Text == "" {
			return true
		}
	}
	return false
}
