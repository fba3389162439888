package engine

// Timeline is what an import does as time passes: a straight line (Points empty) or a list of points.
type Timeline struct {
	// Takes is the time to the end of a straight line.
	Takes Duration `json:"takes,omitzero"`
	// StopsAt is the progress at the end of a straight line.
	StopsAt Percent `json:"stops_at,omitzero"`
	// Outcome is the status at the end of a straight line; empty: the import stays at StopsAt for ever.
	Outcome ImportStatus `json:"outcome,omitempty"`
	// Message is what the bank says it does while the line is drawn.
	Message LocalizedText `json:"message,omitzero"`
	// Blank says that the message is written as "", which is told as it is: else it would be none.
	Blank bool `json:"blank,omitempty"`
	// Error says why the line ended in FAILED_WITH_ERROR.
	Error *Failure `json:"error,omitempty"`
	// Warnings of a straight line that ended in SUCCESS.
	Warnings []Failure `json:"warnings,omitempty"`
	// Incomplete says that a straight line ends in SUCCESS at StopsAt; else that is 100.
	Incomplete bool `json:"incomplete,omitempty"`

	// Points in time, each after the one before; between them nothing moves.
	Points []Point `json:"points,omitempty"`
}

// Point is a moment of a timeline.
type Point struct {
	After    Duration `json:"after,omitzero"`
	Progress Percent  `json:"progress,omitzero"`
	// KeepProgress says that the point declares none: the progress of the point before holds on.
	KeepProgress bool          `json:"keep_progress,omitempty"`
	Message      LocalizedText `json:"message,omitzero"`
	// Blank says that the message is written as "".
	Blank bool `json:"blank,omitempty"`
	// KeepMessage says that the point declares none: the message of the point before holds on.
	KeepMessage bool `json:"keep_message,omitempty"`
	// Await is the index of the step in which the import opens the process again; it then waits
	// until the user has authenticated. Nil where the point waits for nobody.
	Await *int `json:"await,omitempty"`
	// Status ends the import, or lets it begin anew ([InProgress]); empty: what was holds on.
	Status ImportStatus `json:"status,omitempty"`
	Error  *Failure     `json:"error,omitempty"`
	// Incomplete says that the import is SUCCESS at Progress; else that is 100.
	Incomplete bool      `json:"incomplete,omitempty"`
	Warnings   []Failure `json:"warnings,omitempty"`
	// Respond shapes the reads of the connection until the next point.
	Respond *Response `json:"respond,omitempty"`
	// Event is an event of the scenario's own, which webhooks are told of at this moment.
	Event *OwnEvent `json:"event,omitempty"`
}

// onlyNotifies reports whether the point does nothing but tell of its event.
func (p *Point) onlyNotifies() bool {
	return p.Event != nil && p.Status == "" && p.Await == nil && p.KeepProgress && p.KeepMessage && len(p.Warnings) == 0
}

// Straight reports whether the timeline is a straight line.
func (t *Timeline) Straight() bool { return len(t.Points) == 0 }
