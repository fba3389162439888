package engine

import (
	"slices"
	"time"
)

// ImportState is what a timeline shows at one moment.
type ImportState struct {
	Status   ImportStatus
	Progress int
	Message  string
	Error    *Failure
	Warnings []Failure
	// ChangedAt is when this state began.
	ChangedAt time.Time
}

// run is one import of a connection: its timeline, and what its durations and texts depend on.
type run struct {
	timeline *Timeline
	started  time.Time
	captures Captures
	seed     uint64
	number   int
}

func (f *Flow) run(c *Connection) run {
	timeline := &f.Import
	if c.Case >= 0 && c.Case < len(f.Update) {
		timeline = &f.Update[c.Case].Import
	}
	return run{timeline, c.StartedAt, c.Captures, c.Seed, c.Run}
}

// duration is the length of a duration of the timeline; place tells them apart. Captures were
// checked at the login, so there is a value.
func (r *run) duration(d Duration, place int) time.Duration {
	// Steps of the authentication draw at places of their own: they are not negative.
	length, err := d.Value(r.captures, draw{r.seed, [3]int{-1, r.number, place}})
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
			Status: InProgress, Progress: progress, Message: line.Message.Expand(r.captures),
			ChangedAt: r.started.Add(reached(progress, stop, takes)),
		}
	}
	return r.lineEnd(takes, stop)
}

// stop is the progress at the end of a straight line. A success is complete.
func (r *run) stop() int {
	if r.timeline.Outcome == Success {
		return 100
	}
	return r.percent(r.timeline.StopsAt)
}

func (r *run) lineEnd(takes time.Duration, stop int) ImportState {
	line := r.timeline
	end := ImportState{Status: line.Outcome, Progress: stop, ChangedAt: r.started.Add(takes)}
	switch line.Outcome {
	case "":
		end.Status, end.Message = InProgress, line.Message.Expand(r.captures)
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

// points returns the state that each point of the timeline leads to, up to the one that ends it.
// Progress never falls, whatever the captures say, and a success is complete.
func (r *run) points() []ImportState {
	states := make([]ImportState, 0, len(r.timeline.Points))
	at, progress := r.started, 0
	var warnings []Failure
	for i := range r.timeline.Points {
		point := &r.timeline.Points[i]
		at = at.Add(r.duration(point.After, i))
		if !point.KeepProgress {
			progress = max(progress, r.percent(point.Progress))
		}
		warnings = append(slices.Clip(warnings), r.expand(point.Warnings)...)
		state := ImportState{
			Status: InProgress, Progress: progress, ChangedAt: at,
			Message: point.Message.Expand(r.captures), Warnings: warnings,
		}
		if point.Status != "" {
			state.Status, state.Error = point.Status, point.Error.Expand(r.captures)
		}
		if state.Status == Success {
			state.Progress = 100
		}
		states = append(states, state)
		if state.Status.Ended() {
			break
		}
	}
	return states
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
	start := ImportState{Status: InProgress, Message: r.timeline.Message.Expand(r.captures), ChangedAt: r.started}
	return []ImportState{start, end}
}

// outlook fills EndsAt and EndStatus: when, and how, the connection's run ends.
func (f *Flow) connectionOutlook(c *Connection) {
	c.EndsAt, c.EndStatus = nil, ""
	r := f.run(c)
	for _, state := range r.steps() {
		if state.Status.Ended() {
			at := state.ChangedAt
			c.EndsAt, c.EndStatus = &at, state.Status
			return
		}
	}
}

// ConnectionState describes a connection at the moment now as a client sees it. What was once
// shown never goes back: a now before the record's last change counts as that change.
func (f *Flow) ConnectionState(c Connection, now time.Time) ConnectionState {
	r := f.run(&c)
	c.show(r.at(later(now, c.UpdatedAt)))
	return ConnectionState{Connection: c}
}

// show writes what a timeline shows into the record.
func (c *Connection) show(state ImportState) {
	c.Status, c.Progress, c.Message = state.Status, state.Progress, state.Message
	c.Error, c.Warnings = state.Error, state.Warnings
	c.UpdatedAt = later(state.ChangedAt, c.UpdatedAt)
	c.FinishedAt = nil
	if state.Status.Ended() {
		at := state.ChangedAt
		c.FinishedAt = &at
	}
}
