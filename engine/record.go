package engine

import "time"

// DefaultSession is the session of a request that names none.
const DefaultSession = "default"

// Process is the record of one bank authentication. Its Flow never changes. Times are UTC with
// milliseconds.
type Process struct {
	ID       string
	Session  string
	Bank     string // slug
	Username string
	// Scenario, Trigger and Rules say which scenario matched, and in which rule set (see [RuleSet.ID]).
	Scenario string
	Trigger  string
	Rules    string
	FlowHash string
	Captures Captures
	Seed     uint64
	// API is the declared api through which the process was begun, "" for the bank's own.
	API string

	// Step is the index of the step the process was in when the row was written, since EnteredAt.
	Step      int
	EnteredAt time.Time
	// Visits counts the steps entered, the first included.
	Visits int
	// WrongAnswers counts the inputs in this step that no transition took; Wrong is the kind of
	// the last one, "" where the last input was taken.
	WrongAnswers int
	Wrong        EventKind
	// Polls counts the reads in this step, where its flow asks for them, and Answers the answers that
	// showed it, where it shapes them.
	Polls   int
	Answers int

	RedirectURI string
	State       string
	// SessionBegan is when the session began, where the flow asks for its age; else nil.
	SessionBegan *time.Time
	// ConnectionID is the connection made from this process, or "".
	ConnectionID string
	// Await ties the process to its connection's import where that waits for the user, else nil.
	Await *Await

	// EndsAt is when time alone ends the process, and EndStatus how; nil where only an input can.
	EndsAt    *time.Time
	EndStatus Status
	// MovesAt is when time alone moves the process next, as the record says; nil where it does not.
	MovesAt *time.Time
	// RescanAt is from when on EndsAt does not tell what the process is to its user's next login: the login moves
	// it, or time has opened it again. Nil for nearly all.
	RescanAt *time.Time

	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64
}

// Connection is the record of one bank connection and of its latest import.
type Connection struct {
	ID        string
	Session   string
	Bank      string
	Username  string
	ProcessID string
	Scenario  string
	Trigger   string
	Rules     string
	FlowHash  string
	Captures  Captures
	Seed      uint64
	// AuthenticatedAt is when the user last authenticated.
	AuthenticatedAt time.Time

	// Run numbers the imports from 1. Case is the index of the flow's update case that this run
	// plays, -1 for its import.
	Run       int
	Case      int
	StartedAt time.Time

	// Status, Progress, Message and Error are the record as the background job last wrote it.
	// What a client sees is worked out from the timeline when it is read.
	Status   ImportStatus
	Progress int
	Message  string
	// Blank says that the message is "", rather than none.
	Blank    bool
	Error    *Failure
	Warnings []Failure
	// Written is how many of the run's steps are in the history.
	Written int

	// EndsAt is when nothing more comes of the run by time alone, and EndStatus what it is from then on; nil
	// where it goes on for ever, or waits for its user. It may have ended, and begun anew, before.
	EndsAt    *time.Time
	EndStatus ImportStatus
	// StepsAt is when the run makes its next step that is not written yet; nil where it makes none.
	StepsAt *time.Time
	// DueAt is when the record is to be written next; nil where there is nothing more to write.
	DueAt *time.Time
	// HoldsUntil is when time changes Status, as it was last written, where EndsAt does not tell that: the run goes
	// on after an end, or an update waits for it. Nil for nearly all.
	HoldsUntil *time.Time
	// Queued is the update that begins when the run ends, nil where none waits.
	Queued *QueuedUpdate
	// Generation is the turn of the session's clock by which the background job was planned.
	Generation int

	CreatedAt  time.Time
	UpdatedAt  time.Time
	FinishedAt *time.Time
	Version    int64
}

// ImportStep is an entry of a connection's import history.
type ImportStep struct {
	ConnectionID string
	Run          int
	// Number counts the run's entries from 0.
	Number   int
	At       time.Time
	Status   ImportStatus
	Progress int
	Message  string
	// Blank says that the message is "", rather than none.
	Blank bool
	Error *Failure
	// What follows is for webhooks, and not kept in the history: the warnings so far, whether the import
	// ends with the step, whether the step is told by its own event alone, and that event, nil for none.
	Warnings    []Failure
	Ends, Quiet bool
	Event       *OwnEvent
}

// ShownMessage is the message as answers tell it, nil for none.
func (c *Connection) ShownMessage() *string { return shownMessage(c.Message, c.Blank) }

// ShownMessage is the message as webhooks tell it, nil for none.
func (s *ImportStep) ShownMessage() *string { return shownMessage(s.Message, s.Blank) }

func shownMessage(message string, blank bool) *string {
	if message == "" && !blank {
		return nil
	}
	return &message
}
