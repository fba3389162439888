package store

import (
	"encoding/json"
	"fmt"
	"time"
)

// timeLayout is how SQLite's rows show a time: as [engine.FormatTime] writes it.
const timeLayout = "2006-01-02T15:04:05.000Z"

// lastTime writes times, each that comes again at once only once: those of one row are mostly alike,
// and so are those of rows that are written together.
type lastTime struct {
	at   time.Time
	said any
}

func (l *lastTime) text(t time.Time) any {
	if l.said == nil || !t.Equal(l.at) {
		l.at, l.said = t, lite{}.time(t)
	}
	return l.said
}

// stamp scans a required time into its target.
type stamp struct{ to *time.Time }

// Scan implements sql.Scanner.
func (s stamp) Scan(value any) error {
	switch v := value.(type) {
	case time.Time:
		*s.to = v.UTC()
		return nil
	case string:
		t, err := time.Parse(timeLayout, v)
		*s.to = t
		return err
	default:
		return fmt.Errorf("a time cannot be read from %T", value)
	}
}

// optionalStamp scans a time that may be missing.
type optionalStamp struct{ to **time.Time }

// Scan implements sql.Scanner.
func (s optionalStamp) Scan(value any) error {
	if value == nil {
		*s.to = nil
		return nil
	}
	var t time.Time
	if err := (stamp{&t}).Scan(value); err != nil {
		return err
	}
	*s.to = &t
	return nil
}

// zeroStamp scans a time that may be missing, as the zero time.
type zeroStamp struct{ to *time.Time }

// Scan implements sql.Scanner.
func (s zeroStamp) Scan(value any) error {
	*s.to = time.Time{}
	if value == nil {
		return nil
	}
	return (stamp(s)).Scan(value)
}

// number is a truth as columns of whole numbers hold it.
func number(is bool) int {
	if is {
		return 1
	}
	return 0
}

// truth scans what [number] wrote.
type truth struct{ to *bool }

// Scan implements sql.Scanner.
func (s truth) Scan(value any) error {
	n, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a truth cannot be read from %T", value)
	}
	*s.to = n != 0
	return nil
}

// optionalText scans a text that may be missing, as "".
type optionalText[T ~string] struct{ to *T }

// Scan implements sql.Scanner.
func (s optionalText[T]) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*s.to = ""
	case string:
		*s.to = T(v)
	case []byte:
		*s.to = T(v)
	default:
		return fmt.Errorf("a text cannot be read from %T", value)
	}
	return nil
}

// document scans JSON that may be missing, as the zero value.
type document[T any] struct{ to *T }

// Scan implements sql.Scanner.
func (s document[T]) Scan(value any) error {
	var zero T
	*s.to = zero
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), s.to)
	case []byte:
		return json.Unmarshal(v, s.to)
	default:
		return fmt.Errorf("a document cannot be read from %T", value)
	}
}

// seed scans an unsigned number that is kept with a sign, since no database has unsigned ones.
type seed struct{ to *uint64 }

// Scan implements sql.Scanner.
func (s seed) Scan(value any) error {
	v, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a seed cannot be read from %T", value)
	}
	*s.to = uint64(v)
	return nil
}

// milliseconds scans a length of time that is kept as a number.
type milliseconds struct{ to *time.Duration }

// Scan implements sql.Scanner.
func (m milliseconds) Scan(value any) error {
	v, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a length of time cannot be read from %T", value)
	}
	*m.to = time.Duration(v) * time.Millisecond
	return nil
}

// textOrNull keeps a missing text as NULL.
func textOrNull[T ~string](text T) any {
	if text == "" {
		return nil
	}
	return string(text)
}

// message keeps a missing message as NULL, and one that is "" as it is.
func message(text string, blank bool) any {
	if blank {
		return text
	}
	return textOrNull(text)
}

// messageTarget scans a message that may be missing, or "".
type messageTarget struct {
	text  *string
	blank *bool
}

// Scan implements sql.Scanner.
func (m messageTarget) Scan(value any) error {
	err := optionalText[string]{m.text}.Scan(value)
	*m.blank = value != nil && *m.text == ""
	return err
}

// timeOrNull keeps a missing time as NULL.
func timeOrNull(d dialect, t *time.Time) any {
	if t == nil {
		return nil
	}
	return d.time(*t)
}

// jsonOrNull keeps a missing value as NULL. The values that rows hold can always be encoded.
func jsonOrNull(missing bool, value any) any {
	if missing {
		return nil
	}
	body, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", value, err))
	}
	return string(body)
}
