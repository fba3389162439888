package reload

import "time"

// debounce decides when a row of saves is over: once nothing came for the quiet time, at the latest
// when the ceiling has passed since the first.
type debounce struct {
	quiet, ceiling time.Duration
	first, last    time.Time
	// watched says that an event told of one of the saves; else a look at the files did.
	watched bool
}

// record takes a save that an event tells of at a time.
func (d *debounce) record(now time.Time) {
	d.found(now)
	d.watched = true
}

// found takes a save that a look at the files found at a time.
func (d *debounce) found(now time.Time) {
	if d.first.IsZero() {
		d.first, d.watched = now, false
	}
	d.last = now
}

// trigger says what told of the latest row of saves.
func (d *debounce) trigger() Trigger {
	if d.watched {
		return TriggerWatch
	}
	return TriggerRescan
}

// due returns when to load, zero where nothing was saved.
func (d *debounce) due() time.Time {
	if d.first.IsZero() {
		return time.Time{}
	}
	if quiet := d.last.Add(d.quiet); quiet.Before(d.end()) {
		return quiet
	}
	return d.end()
}

// end is the latest time to load.
func (d *debounce) end() time.Time { return d.first.Add(d.ceiling) }

// hold puts the load off to the latest time.
func (d *debounce) hold() { d.last = d.end() }

// over forgets the saves: they were loaded.
func (d *debounce) over() { d.first, d.last = time.Time{}, time.Time{} }
