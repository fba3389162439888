package report

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// bars is a plot of horizontal bars on a logarithmic scale, in groups.
type bars struct {
	title  string
	series []string // what the bars of a group stand for
	groups []group
}

// group is a name and a figure for each of the series; 0 draws no bar.
type group struct {
	name    string
	figures []float64
}

// The plot's measures, in pixels.
const (
	plotWidth = 860
	plotLeft  = 270
	plotRight = 70
	plotTop   = 58
	barHeight = 11
	groupGap  = 9
)

// The colours, told apart by those who do not see all colours too.
var colours = []string{"#0072b2", "#e69f00", "#cc79a7", "#009e73"}

func (r *Results) loginPlot() string {
	p := bars{title: "Logins a second (logarithmic)"}
	for _, n := range r.stubs() {
		p.series = append(p.series, "N = "+number(float64(n)))
	}
	for _, c := range r.Contenders {
		g := group{name: c.Name}
		for _, n := range r.stubs() {
			g.figures = append(g.figures, measure.Median(r.within(partLogins, c.Name, measure.Login, n), measure.Rate))
		}
		p.groups = append(p.groups, g)
	}
	return p.svg()
}

func (r *Results) costPlot() string {
	p := bars{title: "The server's processor time for a login, µs (logarithmic; the fewest stubs measured)", series: []string{""}}
	for _, c := range r.Contenders {
		all := r.within(partLogins, c.Name, measure.Login, 0)
		if len(all) == 0 {
			continue
		}
		cpu := measure.Median(r.within(partLogins, c.Name, measure.Login, all[0].Stubs),
			func(s measure.Sample) time.Duration { return s.CPU })
		p.groups = append(p.groups, group{name: c.Name, figures: []float64{float64(cpu) / float64(time.Microsecond)}})
	}
	return p.svg()
}

func (p *bars) svg() string {
	height := plotTop + len(p.groups)*p.groupHeight() + 20
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" role="img">`+"\n",
		plotWidth, height)
	fmt.Fprintf(&s, `<title>%s</title><rect width="100%%" height="100%%" fill="#fff"/>`+"\n", html.EscapeString(p.title))
	fmt.Fprintf(&s, `<text x="10" y="20" font-size="14" font-weight="bold">%s</text>`+"\n", html.EscapeString(p.title))
	p.legend(&s)
	p.grid(&s, height)
	for i, g := range p.groups {
		p.draw(&s, g, plotTop+i*p.groupHeight())
	}
	s.WriteString("</svg>\n")
	return s.String()
}

func (p *bars) groupHeight() int { return len(p.series)*barHeight + groupGap }

func (p *bars) legend(s *strings.Builder) {
	for i, name := range p.series {
		if name != "" {
			x := plotLeft + i*130
			fmt.Fprintf(s, `<rect x="%d" y="30" width="10" height="10" fill="%s"/><text x="%d" y="39">%s</text>`+"\n", x,
				colours[i%len(colours)], x+15, html.EscapeString(name))
		}
	}
}

// grid draws a line at each power of ten.
func (p *bars) grid(s *strings.Builder, height int) {
	for power := 0; power <= p.decades(); power++ {
		x := p.at(math.Pow10(power))
		fmt.Fprintf(
			s, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle" fill="#666">%s</text>`+
				"\n",
			x, plotTop-6, x, height-18, x, height-5, number(math.Pow10(power)))
	}
}

func (p *bars) draw(s *strings.Builder, g group, y int) {
	fmt.Fprintf(s, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", plotLeft-8, y+len(p.series)*barHeight/2+4,
		html.EscapeString(g.name))
	for i, figure := range g.figures {
		if figure <= 0 {
			continue
		}
		x := p.at(figure)
		top := y + i*barHeight
		fmt.Fprintf(s, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/><text x="%.1f" y="%d" font-size="10">%s</text>`+"\n",
			plotLeft, top, max(x-plotLeft, 1), barHeight-1, colours[i%len(colours)], max(x, plotLeft)+4, top+barHeight-2, number(figure))
	}
}

// decades is how many powers of ten the scale has.
func (p *bars) decades() int {
	most := 10.0
	for _, g := range p.groups {
		for _, figure := range g.figures {
			most = max(most, figure)
		}
	}
	return int(math.Ceil(math.Log10(most)))
}

// at is where a figure lies on the scale, which begins at one.
func (p *bars) at(figure float64) float64 {
	width := float64(plotWidth - plotLeft - plotRight)
	return plotLeft + width*math.Log10(max(figure, 1))/float64(p.decades())
}
