package diagram

import (
	"fmt"
	"io"
	"strings"
)

// colours are the border and the inside of each kind of box.
var colours = map[Kind]struct{ border, inside string }{
	Waiting: {"#8a6d1d", "#fdf6e3"},
	Good:    {"#2e7d32", "#e8f5e9"},
	Bad:     {"#c62828", "#ffebee"},
}

var dotEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func dotText(texts []string) string {
	escaped := make([]string, len(texts))
	for i, text := range lines(texts) {
		escaped[i] = dotEscaper.Replace(text)
	}
	return `"` + strings.Join(escaped, `\n`) + `"`
}

// WriteDOT writes the drawing in Graphviz's language.
func (d *Drawing) WriteDOT(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "digraph %s {\n", dotText([]string{d.Title}))
	out.WriteString("  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"]\n  edge [fontname=\"sans-serif\"]\n")
	for _, box := range d.Boxes {
		colour := colours[box.Kind]
		fmt.Fprintf(&out, "  %s [label=%s, color=%q, fillcolor=%q]\n", box.ID, dotText(box.Text), colour.border, colour.inside)
	}
	for _, line := range d.Lines {
		style := "solid"
		if line.Dashed {
			style = "dashed"
		}
		fmt.Fprintf(&out, "  %s -> %s [label=%s, style=%s]\n", line.From, line.To, dotText([]string{line.Text}), style)
	}
	out.WriteString("}\n")
	_, err := io.WriteString(w, out.String())
	return err
}
