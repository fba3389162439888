package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// FlowVersion is the version of the JSON that [Flow.Encode] writes. [DecodeFlow] reads this one and
// all before it, since rows outlive the binary that wrote them.
const FlowVersion = 1

// Flow is a scenario's behaviour: all that a process and its connection need after the match.
// A Flow never changes once [Flow.Freeze] has been called, and is stored under its content's hash.
type Flow struct {
	Version  int    `json:"version"`
	Scenario string `json:"scenario"`
	// Steps of the authentication; a process starts in the first.
	Steps []Step `json:"steps"`
	// Import is the timeline of a connection's first import.
	Import Timeline `json:"import"`
	// Update holds the cases of a later import, of which the first that fits is played. None means
	// the Import again.
	Update []UpdateCase `json:"update,omitempty"`
	// Wrong holds the failures that a step answers with when none of its transitions takes an
	// input of the kind.
	Wrong map[EventKind]Failure `json:"wrong,omitempty"`
	// Reusable says that a process may be connected more than once.
	Reusable bool `json:"reusable,omitempty"`
	// WhileRunning says what becomes of an update while an import runs.
	WhileRunning WhileRunning `json:"while_running,omitempty"`

	hash    string
	body    []byte
	dynamic []dynamicValue
	names   map[string]bool
	random  bool
	awaits  bool
	// ages says that a transition of time asks how old the session is.
	ages bool
	// shapesReads says that a point of a timeline has a response.
	shapesReads bool
	// loginsMove says that another login leaves some step.
	loginsMove bool
}

// WhileRunning is what becomes of an update that is asked for while an import runs.
type WhileRunning string

// The ways of [Flow.WhileRunning]; "" is RefuseUpdate.
const (
	// RefuseUpdate refuses it with [CodeImportRunning].
	RefuseUpdate WhileRunning = "refuse"
	// RestartImport ends the run where it is, and begins the next one.
	RestartImport WhileRunning = "restart"
	// QueueUpdate lets it begin as the run ends; one waits, a further one is refused.
	QueueUpdate WhileRunning = "queue"
)

// UpdateCase is the timeline that an update of a connection plays when its authentication is
// older than OlderThan (zero: always).
type UpdateCase struct {
	OlderThan Duration `json:"older_than,omitzero"`
	// When is what else must hold.
	When *Condition `json:"when,omitempty"`
	// Respond shapes the answer to the update, and may refuse it.
	Respond *Response `json:"respond,omitempty"`
	Import  Timeline  `json:"import"`
}

// Step is a state that a process can be in.
type Step struct {
	// Name is unique within the flow: the name under `steps`, or the place in the file for one
	// that is written in line.
	Name      string     `json:"name"`
	Status    Status     `json:"status"`
	Challenge *Challenge `json:"challenge,omitempty"`
	Error     *Failure   `json:"error,omitempty"`
	// ExpiresAfter, where set, ends the step; ExpiresTo is the step that follows.
	ExpiresAfter Duration `json:"expires_after,omitzero"`
	ExpiresTo    int      `json:"expires_to,omitempty"`
	// Respond shapes the first answer that shows the step, and Polled the later ones.
	Respond *Response `json:"respond,omitempty"`
	Polled  *Response `json:"polled,omitempty"`
	// Count and Reset name counters of the user that a login or an input raises by one, or clears,
	// when it enters the step.
	Count []string `json:"count,omitempty"`
	Reset []string `json:"reset,omitempty"`
	// RedirectURL, where set, is what clients get in place of the bank's page, and NoRedirectURL says that they get
	// null.
	RedirectURL   *Text `json:"redirect_url,omitempty"`
	NoRedirectURL bool  `json:"no_redirect_url,omitempty"`
	// Decisions are further buttons on the bank's page.
	Decisions []Decision `json:"decisions,omitempty"`
	// Event is an event of the scenario's own, which webhooks are told of where the step is entered.
	Event *OwnEvent `json:"event,omitempty"`
	// Next holds the ways out; of those an event fits, the first is taken.
	Next []Transition `json:"next,omitempty"`
}

// Challenge is what the user is asked in a step.
type Challenge struct {
	Kind             ChallengeKind `json:"kind"`
	Message          LocalizedText `json:"message,omitzero"`
	AnswerFieldLabel LocalizedText `json:"answer_field_label,omitzero"`
	// Verbatim holds the texts that are written as "", by their names in answers.
	Verbatim map[string]string `json:"verbatim,omitempty"`
	// Attempts is how many wrong answers the step takes before `attempts: exhausted`; 0: any number.
	Attempts int `json:"attempts,omitempty"`
	// Shows is what the challenge's picture or code carries, and ChangesEvery how long one such lasts;
	// zero is for ever.
	Shows        Text     `json:"shows,omitempty"`
	ChangesEvery Duration `json:"changes_every,omitzero"`
	// Image stands in place of the picture that is drawn, and Images are several at once.
	Image  *Image  `json:"image,omitempty"`
	Images []Image `json:"images,omitzero"`
	// Fields are those in which the user answers, where there are several.
	Fields []ChallengeField `json:"fields,omitzero"`
	// Procedures are the methods to choose from.
	Procedures []Procedure `json:"two_step_procedures,omitzero"`
}

// Procedure is a two-step procedure (a TAN method) that the user can choose.
type Procedure struct {
	ID            string        `json:"id"`
	Name          LocalizedText `json:"name"`
	ChallengeKind ChallengeKind `json:"challenge_kind"`
}

// Transition is a way out of a step.
type Transition struct {
	Event Event `json:"event"`
	// To is the index of the step that the transition enters.
	To int `json:"to"`
	// When is what else must hold as the event comes. Beside an event of time it is asked once, at the
	// moment it is due.
	When *Condition `json:"when,omitempty"`
	// Returns is how the browser comes back after a decision; nil: as ever.
	Returns *Returns `json:"returns,omitempty"`
}

// Freeze completes the flow: it is checked, its patterns are compiled, its body is encoded and
// hashed. It must be called once, before any other use.
func (f *Flow) Freeze() error {
	f.Version = FlowVersion
	if err := f.check(); err != nil {
		return err
	}
	var failed error
	f.eachCondition(func(w *Condition) {
		if err := w.compile(); err != nil && failed == nil {
			failed = fmt.Errorf("when: %w", err)
		}
	})
	if failed != nil {
		return failed
	}
	for s := range f.Steps {
		for t := range f.Steps[s].Next {
			if err := f.Steps[s].Next[t].Event.compile(); err != nil {
				return fmt.Errorf("step %q: %w", f.Steps[s].Name, err)
			}
		}
	}
	body, err := f.encode()
	if err != nil {
		return fmt.Errorf("encode flow of %q: %w", f.Scenario, err)
	}
	f.inspect()
	sum := sha256.Sum256(body)
	f.body, f.hash = body, hex.EncodeToString(sum[:16])
	return nil
}

// eachCondition visits the conditions of transitions and of cases of an update, at their roots.
func (f *Flow) eachCondition(visit func(w *Condition)) {
	for i := range f.Steps {
		for j := range f.Steps[i].Next {
			if w := f.Steps[i].Next[j].When; w != nil {
				visit(w)
			}
		}
	}
	for i := range f.Update {
		if w := f.Update[i].When; w != nil {
			visit(w)
		}
	}
}

// Hash identifies the frozen flow by its content: 32 hexadecimal digits.
func (f *Flow) Hash() string { return f.hash }

// Encode returns the frozen flow as JSON. The caller must not change it.
func (f *Flow) Encode() []byte { return f.body }

// DecodeFlow reads what [Flow.Encode] wrote.
func DecodeFlow(body []byte) (*Flow, error) {
	f, err := decodeFlow(body)
	if err != nil {
		return nil, err
	}
	if f.Version < 1 || f.Version > FlowVersion {
		return nil, fmt.Errorf("flow of scenario %q has version %d, this mockbank reads up to %d", f.Scenario, f.Version, FlowVersion)
	}
	if err := f.Freeze(); err != nil {
		return nil, err
	}
	return f, nil
}

// countsReads reports whether a transition of the step waits for reads.
func (s *Step) countsReads() bool {
	for i := range s.Next {
		if s.Next[i].Event.Cause() == ByReads {
			return true
		}
	}
	return false
}

// takes reports whether the step has a way out for an input of the kind.
func (s *Step) takes(kind EventKind) bool {
	for i := range s.Next {
		if s.Next[i].Event.Kind == kind {
			return true
		}
	}
	return false
}
