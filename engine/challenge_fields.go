package engine

import (
	"slices"
	"strings"
	"time"
)

// ChallengeField is one of several fields in which the user answers a challenge.
type ChallengeField struct {
	Name  string        `json:"name"`
	Label LocalizedText `json:"label,omitzero"`
	// Verbatim holds a label that is written as "".
	Verbatim map[string]string `json:"verbatim,omitempty"`
}

// Image is a picture that a challenge shows as its author has it, broken on purpose or not.
type Image struct {
	// MIMEType is nil where the answer says null.
	MIMEType *Text `json:"mime_type"`
	// Data is in base64, or what is to be sent in place of it; nil where the answer says null.
	Data *Text `json:"data"`
}

// Expand completes the picture's texts with what the login's named groups captured.
func (i Image) Expand(captures Captures) Image {
	for _, text := range []**Text{&i.MIMEType, &i.Data} {
		if *text != nil {
			expanded := Text((*text).Expand(captures))
			*text = &expanded
		}
	}
	return i
}

// Strings returns the picture's members as answers have them.
func (i Image) Strings() (mimeType, data *string) {
	return (*string)(i.MIMEType), (*string)(i.Data)
}

// matchesFields reports whether the answers to a challenge's fields are as the event wants them. A field that was
// not answered is empty.
func (e *Event) matchesFields(answers map[string]string, captures Captures, now time.Time) bool {
	for name, wanted := range e.Fields {
		if !wanted.fits(answers[name], captures, now) {
			return false
		}
	}
	return true
}

// describeAnswer describes what a challenge's answer must be.
func describeAnswer(e *Event) string {
	if e.Fields == nil {
		return e.Value.String()
	}
	names := sortedNames(e.Fields)
	parts := make([]string, len(names))
	for i, name := range names {
		wanted := e.Fields[name]
		parts[i] = name + ": " + wanted.String()
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// coversAnswer reports whether every answer that b takes is taken by a too.
func coversAnswer(a, b *Event) bool {
	switch {
	case a.Fields == nil && b.Fields == nil:
		return coversByMatcher(a, b)
	case a.Fields == nil:
		return a.Value.MatchesAll()
	case b.Fields == nil:
		return false
	}
	return !slices.ContainsFunc(sortedNames(a.Fields), func(name string) bool {
		wanted, other := a.Fields[name], b.Fields[name]
		return !wanted.Covers(&other)
	})
}

// expandInto completes pictures and fields with what the login's named groups captured.
func (c *Challenge) expandInto(state *ChallengeState, captures Captures) {
	if c.Image != nil {
		image := c.Image.Expand(captures)
		state.Image = &image
	}
	if c.Images != nil {
		state.Images = make([]Image, len(c.Images)) // an empty list is one too
	}
	for i := range c.Images {
		state.Images[i] = c.Images[i].Expand(captures)
	}
	if c.Fields != nil {
		state.Fields = make([]ChallengeField, len(c.Fields))
	}
	for i, field := range c.Fields {
		field.Label = field.Label.Expand(captures)
		state.Fields[i] = field
	}
}

// imageTexts lists the texts of the challenge's pictures.
func (c *Challenge) imageTexts() []Text {
	var texts []Text
	images := c.Images
	if c.Image != nil {
		images = append([]Image{*c.Image}, images...)
	}
	for _, image := range images {
		for _, text := range []*Text{image.MIMEType, image.Data} {
			if text != nil && len(*text) < 4096 { // a picture refers to nothing
				texts = append(texts, *text)
			}
		}
	}
	return texts
}
