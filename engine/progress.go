package engine

import (
	"slices"
	"time"
)

// ImportState is what a timeline shows at one moment.
type ImportState struct {
	Status   ImportStatus
	Progress int
	Message  LocalizedText
	// Blank says that the message is "", rather than none.
	Blank    bool
	Error    *Failure
	Warnings []Failure
	// ChangedAt is when this state began, and EndedAt when the import ended, where it has.
	ChangedAt time.Time
	EndedAt   time.Time
	// point is the number of the point that led here, from 1; 0 on a straight line, or before the first.
	point int
}

// run is one import of a connection: its timeline, and what its durations and texts depend on.
type run struct {
	timeline *Timeline
	started  time.Time
	captures Captures
	seed     uint64
	number   int
	// await is what the process tells of the points that wait for the user, and failure what it
	// says where the user failed; nil where no point waits.
	await   *Await
	failure *Failure
	// awaiting is set by points: the step of the point that the run does not get past.
	awaiting *int
}

// run returns the connection's run as it goes if nobody sends its process an input. The process is
// needed only where the timeline awaits its user, and may be nil elsewhere.
func (f *Flow) run(c *Connection, p *Process) run {
	r := run{timeline: f.timeline(c.Case), started: c.StartedAt, captures: c.Captures, seed: c.Seed, number: c.Run}
	if f.awaits && p != nil {
		ahead := f.foresee(*p)
		if r.await = ahead.Await; r.await != nil && r.await.FailedAt != nil {
			r.failure = f.Steps[r.await.FailedStep].Error
		}
	}
	return r
}

// timeline returns the import, or the update's case of this index.
func (f *Flow) timeline(updateCase int) *Timeline {
	if updateCase >= 0 && updateCase < len(f.Update) {
		return &f.Update[updateCase].Import
	}
	return &f.Import
}

// duration is the length of a duration of the timeline; place tells them apart. Captures were
// checked at the login, so there is a value.
func (r *run) duration(d Duration, position int) time.Duration {
	// Steps of the authentication draw at places of their own: they are not negative.
	length, err := d.Value(r.captures, draw{r.seed, [3]int{-1, r.number, position}})
	if err != nil {
		return 0
	}
	return length
}

func (r *run) percent(p Percent) int {
	percent, err := p.Value(r.captures)
	if err != nil {
		return 0
	}
	return percent
}

// at returns what the run shows at the moment now.
func (r *run) at(now time.Time) ImportState {
	if r.timeline.Straight() {
		return r.lineAt(now)
	}
	state := ImportState{Status: InProgress, ChangedAt: r.started}
	for _, step := range r.points() {
		if step.ChangedAt.After(now) {
			break
		}
		state = step
	}
	return state
}

func (r *run) lineAt(now time.Time) ImportState {
	line := r.timeline
	takes, stop := r.duration(line.Takes, 0), r.stop()
	if elapsed := now.Sub(r.started); elapsed < takes {
		elapsed = max(elapsed, 0)
		progress := int(int64(stop) * int64(elapsed/time.Millisecond) / int64(takes/time.Millisecond))
		return ImportState{
			Status: InProgress, Progress: progress, Message: line.Message.Expand(r.captures), Blank: line.Blank,
			ChangedAt: r.started.Add(reached(progress, stop, takes)),
		}
	}
	return r.lineEnd(takes, stop)
}

// stop is the progress at the end of a straight line. A success is complete, unless it says otherwise.
func (r *run) stop() int {
	if r.timeline.Outcome == Success && !r.timeline.Incomplete {
		return 100
	}
	return r.percent(r.timeline.StopsAt)
}

func (r *run) lineEnd(takes time.Duration, stop int) ImportState {
	line := r.timeline
	end := ImportState{Status: line.Outcome, Progress: stop, ChangedAt: r.started.Add(takes), EndedAt: r.started.Add(takes)}
	switch line.Outcome {
	case "":
		end.Status, end.Message, end.Blank = InProgress, line.Message.Expand(r.captures), line.Blank
	case FailedWithError:
		end.Error = line.Error.Expand(r.captures)
	default:
		end.Warnings = r.expand(line.Warnings)
	}
	return end
}

// reached is when a line to stop, which takes this long, comes to a progress: the first millisecond.
func reached(progress, stop int, takes time.Duration) time.Duration {
	if stop == 0 {
		return 0
	}
	ms := int64(takes / time.Millisecond)
	return time.Duration((int64(progress)*ms+int64(stop)-1)/int64(stop)) * time.Millisecond
}

// points returns the state that each point of the timeline leads to, up to one at which the user fails.
func (r *run) points() []ImportState {
	states := make([]ImportState, 0, len(r.timeline.Points))
	at, passed := r.started, 0
	state := ImportState{Status: InProgress}
	r.awaiting = nil
	for i := range r.timeline.Points {
		point := &r.timeline.Points[i]
		at = at.Add(r.duration(point.After, i))
		state = r.pass(state, point, at)
		state.point = i + 1
		states = append(states, state)
		if point.Await == nil {
			continue
		}
		if r.await == nil || passed >= len(r.await.Resumed) {
			r.awaiting = point.Await
			return append(states, r.refused(state)...)
		}
		at = r.await.Resumed[passed]
		passed++
	}
	return states
}

// pass returns the state that a point leads to from the one before. What the point does not declare holds on;
// beginning anew, an import has neither an error nor warnings.
func (r *run) pass(state ImportState, point *Point, at time.Time) ImportState {
	state.ChangedAt = at
	if !point.KeepProgress {
		state.Progress = r.percent(point.Progress)
	}
	if !point.KeepMessage {
		state.Message, state.Blank = point.Message.Expand(r.captures), point.Blank
	}
	switch {
	case point.Status == InProgress:
		state.Status, state.Error, state.Warnings, state.EndedAt = InProgress, nil, nil, time.Time{}
	case point.Status != "":
		state.Status, state.Error, state.EndedAt = point.Status, point.Error.Expand(r.captures), at
		if point.Status == Success && !point.Incomplete {
			state.Progress = 100
		}
	}
	state.Warnings = append(slices.Clip(state.Warnings), r.expand(point.Warnings)...)
	return state
}

// refused is how a run ends at a point where the user failed to authenticate, nothing where the
// user did not.
func (r *run) refused(state ImportState) []ImportState {
	if r.await == nil || r.await.FailedAt == nil {
		return nil
	}
	state.Status, state.ChangedAt, state.EndedAt = FailedWithError, *r.await.FailedAt, *r.await.FailedAt
	state.point = 0
	state.Error = r.failure.Expand(r.captures)
	return []ImportState{state}
}

func (r *run) expand(failures []Failure) []Failure {
	var out []Failure
	for i := range failures {
		out = append(out, *failures[i].Expand(r.captures))
	}
	return out
}

// steps returns the states that the history keeps: each point, or the two ends of a straight line.
func (r *run) steps() []ImportState {
	if !r.timeline.Straight() {
		return r.points()
	}
	takes, stop := r.duration(r.timeline.Takes, 0), r.stop()
	end := r.lineEnd(takes, stop)
	if takes == 0 {
		return []ImportState{end}
	}
	start := ImportState{Status: InProgress, Message: r.timeline.Message.Expand(r.captures), Blank: r.timeline.Blank, ChangedAt: r.started}
	return []ImportState{start, end}
}

// connectionOutlook fills EndsAt and EndStatus: when nothing more comes of the connection's run, and what it
// then is.
func (f *Flow) connectionOutlook(c *Connection, p *Process) {
	c.EndsAt, c.EndStatus = nil, ""
	r := f.run(c, p)
	steps := r.steps()
	if last := steps[len(steps)-1]; last.Status.Ended() {
		c.EndsAt, c.EndStatus = &last.ChangedAt, last.Status
	}
}

// ConnectionState describes a connection at the moment now as a client sees it. What was once
// shown never goes back: a now before the record's last change counts as that change.
// The process is needed only where the import awaits its user, and may be nil elsewhere.
func (f *Flow) ConnectionState(c Connection, p *Process, now time.Time) ConnectionState {
	r := f.run(&c, p)
	now = later(now, c.UpdatedAt)
	shown := r.at(now)
	c.show(shown)
	state := ConnectionState{Connection: c, ImportMessage: shown.Message}
	if f.awaits && p != nil {
		if current, _ := f.Resolve(*p, now); current.Await != nil && current.Await.Open {
			state.AuthenticationStatus = f.Steps[current.Step].Status
		}
	}
	return state
}

// show writes what a timeline shows into the record.
func (c *Connection) show(state ImportState) {
	c.Status, c.Progress, c.Message, c.Blank = state.Status, state.Progress, state.Message.String(), state.Blank
	c.Error, c.Warnings = state.Error, state.Warnings
	c.UpdatedAt = later(state.ChangedAt, c.UpdatedAt)
	c.FinishedAt = nil
	if state.Status.Ended() {
		at := state.EndedAt
		c.FinishedAt = &at
	}
}
