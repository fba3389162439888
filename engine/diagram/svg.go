package diagram

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// WriteSVG lays the drawing out and writes it as an SVG image without scripts or outside references. Each
// box and each line is a group whose id is the drawing's [Drawing.Prefix] and the box's ID, or "l" and the
// line's number, with its kind and its [Mark] as classes.
func (d *Drawing) WriteSVG(w io.Writer) error {
	placed := d.place()
	var out strings.Builder
	fmt.Fprintf(
		&out,
		`<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%.0f" height="%.0f" `+
			`viewBox="0 0 %.0f %.0f" font-family="sans-serif" font-size="13">`+"\n",
		placed.Width, placed.Height, placed.Width, placed.Height)
	fmt.Fprintf(&out, "<title>%s</title>\n", svgText(d.Title))
	fmt.Fprintf(&out, `<defs><marker id="%sarrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" `+
		`markerUnits="userSpaceOnUse" orient="auto"><path class="tip" d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>`+"\n", d.Prefix)
	out.WriteString(`<rect class="ground" width="100%" height="100%" fill="#fff"/>` + "\n")
	for i := range d.Lines {
		d.svgLine(&out, i, &placed.Lines[i])
	}
	for i := range d.Boxes {
		d.svgBox(&out, i, &placed.Boxes[i])
	}
	out.WriteString("</svg>\n")
	_, err := io.WriteString(w, out.String())
	return err
}

func svgText(text string) string { return html.EscapeString(line(text)) }

// classes returns the value of a class attribute.
func classes(kind string, mark Mark) string {
	if mark == "" {
		return kind
	}
	return kind + " " + string(mark)
}

func (d *Drawing) svgBox(out *strings.Builder, number int, at *placedBox) {
	box := &d.Boxes[number]
	colour := colours[box.Kind]
	fmt.Fprintf(out, `<g id="%s%s" class="%s"><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6" fill="%s" stroke="%s"/>`+"\n",
		d.Prefix, box.ID, classes("box "+string(box.Kind), box.Mark), at.X-at.Width/2, at.Y-at.Height/2, at.Width, at.Height,
		colour.inside, colour.border)
	first := at.Y - float64(len(box.Text)-1)*lineHeight/2 + 4.5
	for i, text := range box.Text {
		weight := ""
		if i == 0 {
			weight = ` font-weight="bold"`
		}
		fmt.Fprintf(out, `<text x="%.1f" y="%.1f" text-anchor="middle"%s>%s</text>`+"\n",
			at.X, first+float64(i)*lineHeight, weight, svgText(text))
	}
	out.WriteString("</g>\n")
}

func (d *Drawing) svgLine(out *strings.Builder, number int, at *placedLine) {
	line, dash := &d.Lines[number], ""
	if line.Dashed {
		dash = ` stroke-dasharray="5 4"`
	}
	fmt.Fprintf(out, `<g id="%sl%d" class="%s"><path d="%s" fill="none" stroke="#555"%s marker-end="url(#%sarrow)"/>`+"\n",
		d.Prefix, number, classes("line", line.Mark), curve(at.Points), dash, d.Prefix)
	wide := width([]string{line.Text})
	fmt.Fprintf(out, `<rect class="ground" x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#fff" opacity="0.85"/>`+"\n",
		at.X-wide/2, at.Y-lineHeight/2, wide, lineHeight)
	fmt.Fprintf(out, `<text x="%.1f" y="%.1f" text-anchor="middle" fill="#333">%s</text></g>`+"\n", at.X, at.Y+4.5, svgText(line.Text))
}

// curve rounds the corners of a line: between the middles of its stretches, each corner bends it.
func curve(points []point) string {
	if len(points) == 0 {
		return ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "M%.1f %.1f", points[0].X, points[0].Y)
	for i := 1; i+1 < len(points); i++ {
		middle := point{(points[i].X + points[i+1].X) / 2, (points[i].Y + points[i+1].Y) / 2}
		fmt.Fprintf(&out, " Q%.1f %.1f %.1f %.1f", points[i].X, points[i].Y, middle.X, middle.Y)
	}
	last := points[len(points)-1]
	fmt.Fprintf(&out, " L%.1f %.1f", last.X, last.Y)
	return out.String()
}
