package scenarios

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// WriteJSON writes the problems as one JSON object: errors, warnings and problems.
func (r *Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// MarshalJSON implements [json.Marshaler].
func (r *Report) MarshalJSON() ([]byte, error) {
	problems := r.Diagnostics
	if problems == nil {
		problems = []Diagnostic{}
	}
	return json.Marshal(struct {
		Errors   int          `json:"errors"`
		Warnings int          `json:"warnings"`
		Omitted  int          `json:"omitted,omitempty"`
		Problems []Diagnostic `json:"problems"`
	}{r.errors, r.warnings, r.Omitted, problems})
}

// WriteGitHub writes the problems as annotations of GitHub Actions.
func (r *Report) WriteGitHub(w io.Writer) error {
	var b strings.Builder
	for _, d := range r.Diagnostics {
		fmt.Fprintf(&b, "::%s file=%s", d.Severity, escapeProperty(d.File))
		if d.Line > 0 {
			fmt.Fprintf(&b, ",line=%d,col=%d,endColumn=%d", d.Line, d.Column, d.EndColumn)
		}
		message := d.Message
		if d.Hint != "" {
			message += "\n" + d.Hint
		}
		fmt.Fprintf(&b, ",title=%s::%s\n", escapeProperty(string(d.Code)), escapeMessage(message))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var (
	messageEscapes  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func escapeMessage(text string) string  { return messageEscapes.Replace(text) }
func escapeProperty(text string) string { return propertyEscapes.Replace(text) }
