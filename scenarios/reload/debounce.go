package reload

import "time"

// debounce decides when a row of saves is over: once nothing came for the quiet time, at the latest
// when the ceiling has passed since the first.
type debounce struct {
	quiet, ceiling time.Duration
	first, last    time.Time
}

// note takes a save at a time.
func (d *debounce) note(now time.Time) {
	if d.first.IsZero() {
		d.first = now
	}
	d.last = now
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
