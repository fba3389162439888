package diagram

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// mermaidText writes a text as Mermaid's entities, apart from letters, digits and harmless marks: its
// texts are Markdown and HTML otherwise.
func mermaidText(texts []string) string {
	escaped := make([]string, len(texts))
	for i, text := range lines(texts) {
		var out strings.Builder
		for _, r := range text {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" .,:_-…", r) {
				out.WriteRune(r)
			} else {
				fmt.Fprintf(&out, "#%d;", r)
			}
		}
		escaped[i] = out.String()
	}
	return `"` + strings.Join(escaped, "<br/>") + `"`
}

// WriteMermaid writes the drawing in Mermaid's language.
func (d *Drawing) WriteMermaid(w io.Writer) error {
	var out strings.Builder
	out.WriteString("flowchart TD\n")
	for _, box := range d.Boxes {
		fmt.Fprintf(&out, "  %s(%s):::%s\n", box.ID, mermaidText(box.Text), box.Kind)
	}
	for _, line := range d.Lines {
		arrow := "-->"
		if line.Dashed {
			arrow = "-.->"
		}
		fmt.Fprintf(&out, "  %s %s|%s| %s\n", line.From, arrow, mermaidText([]string{line.Text}), line.To)
	}
	for _, kind := range []Kind{Waiting, Good, Bad} {
		fmt.Fprintf(&out, "  classDef %s stroke:%s,fill:%s,color:#000\n", kind, colours[kind].border, colours[kind].inside)
	}
	_, err := io.WriteString(w, out.String())
	return err
}
