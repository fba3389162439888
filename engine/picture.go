package engine

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What a challenge's picture or code can carry.
const (
	// MaxPhotoText is the length, in characters, of a text that can still be read on a PHOTO.
	MaxPhotoText = 24
	// MaxQRText is the length, in bytes, of a text that any camera still reads from a QR code.
	MaxQRText = 500
	// MaxStartCode is the number of digits of a FLICKER_CODE's start code.
	MaxStartCode = 12
	// MaxDataElements is how many data elements follow the start code, and MaxDataElement the length,
	// in characters, of each.
	MaxDataElements = 3
	MaxDataElement  = 36
)

// pictured reports whether challenges of the kind have a picture or a code.
func (k ChallengeKind) pictured() bool {
	return k == ChallengePhoto || k == ChallengeQR || k == ChallengeFlicker
}

// CheckShows reports why a text, completed by a login's captures, cannot be what the challenge shows.
func (c *Challenge) CheckShows(text string) error {
	switch {
	case !c.Kind.pictured():
		return nil
	case text == "":
		return errors.New("there is nothing to show")
	case !utf8.ValidString(text):
		return errors.New("it is no UTF-8")
	case c.Kind == ChallengePhoto:
		return checkPhoto(text)
	case c.Kind == ChallengeFlicker:
		return c.checkFlicker(text)
	case len(text) > MaxQRText:
		return fmt.Errorf("a QR code carries at most %d bytes, not %d", MaxQRText, len(text))
	}
	return nil
}

// checkPhoto accepts what a person can read: one line of letters that the font has.
func checkPhoto(text string) error {
	if n := utf8.RuneCountInString(text); n > MaxPhotoText {
		return fmt.Errorf("a PHOTO shows at most %d characters, not %d", MaxPhotoText, n)
	}
	for _, r := range text {
		if r < ' ' || r > 'ſ' || r >= 0x7f && r < 0xa0 || r == 0xad {
			return fmt.Errorf("a PHOTO shows Latin letters, digits and signs, not %q", r)
		}
	}
	return nil
}

// checkFlicker accepts a start code, and what else a TAN generator shows: data elements such as an
// account and an amount.
func (c *Challenge) checkFlicker(text string) error {
	start, rest, more := strings.Cut(text, " ")
	if len(start) > MaxStartCode || !digits(start) {
		return fmt.Errorf("a FLICKER_CODE begins with a start code of 1 to %d digits, not %q", MaxStartCode, start)
	}
	if !more {
		return nil
	}
	room := MaxDataElements
	if !c.ChangesEvery.IsZero() {
		room-- // the last one is the picture's number
	}
	elements := strings.Split(rest, " ")
	if len(elements) > room {
		return fmt.Errorf("%d data elements follow the start code, at most %d can", len(elements), room)
	}
	for _, element := range elements {
		if element == "" || len(element) > MaxDataElement ||
			strings.ContainsFunc(element, func(r rune) bool { return r < '!' || r > '~' }) {
			return fmt.Errorf("a data element is 1 to %d letters, digits and signs of ASCII, not %q", MaxDataElement, element)
		}
	}
	return nil
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// Code is what a program reads from the challenge's picture or code, "" where it has none: what it
// shows, and after a space the picture's number where it changes as time passes.
func (c *ChallengeState) Code() string {
	if c.Shows == "" || c.Number == 0 {
		return c.Shows
	}
	return c.Shows + " " + strconv.Itoa(c.Number)
}

// numberOf returns which of a changing challenge's pictures is shown at the moment now, from 1, and 0
// for a challenge that stays as it is.
func (p *Process) numberOf(c *Challenge, now time.Time) int {
	if c.ChangesEvery.IsZero() {
		return 0
	}
	every := max(p.duration(c.ChangesEvery, -2), time.Millisecond)
	return 1 + int(max(now.Sub(p.EnteredAt), 0)/every)
}
