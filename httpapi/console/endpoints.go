package console

import (
	"net/http"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Endpoint is one that clients of the bank have.
type Endpoint struct {
	// API is the declared one that has it, "" for the bank's own.
	API string
	// Name is the one by which exchanges and faults know it.
	Name, Method, Path, Description string
	// Source is where it is declared; it has no file where it is the bank's own.
	Source engine.Source
	// ReplacedBy is the api that answers in its place, "" for none.
	ReplacedBy string
}

// Institution is a bank that clients can choose.
type Institution struct {
	engine.Institution
	// Default says that a login which names no bank goes to it.
	Default bool
	// Scenario is the one that it stands for, "" where it is declared, and APIs those in which it does.
	Scenario string
	APIs     []string
}

// endpointsPage is what clients can call, and the banks that they can choose.
type endpointsPage struct {
	Search       string
	APIs         []apiEndpoints
	Institutions []Institution
	Found, Total int
	// Next is how many institutions to pass over for the next part, 0 where there is none.
	Next int
}

// apiEndpoints are the endpoints of one api, "" for the bank's own.
type apiEndpoints struct {
	Name string
	Rows []endpointRow
}

// endpointRow is an endpoint and where it stands in the files.
type endpointRow struct {
	Endpoint
	Position, EditAddress string
}

// Endpoints shows the endpoints of the bank's own API and of declared ones, and the institutions.
func (c *Console) Endpoints(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "endpoints")
	q := r.URL.Query()
	content := endpointsPage{Search: strings.TrimSpace(q.Get("search"))}
	for _, one := range c.config.Endpoints() {
		if n := len(content.APIs); n == 0 || content.APIs[n-1].Name != one.API {
			content.APIs = append(content.APIs, apiEndpoints{Name: one.API})
		}
		last := &content.APIs[len(content.APIs)-1]
		last.Rows = append(last.Rows, endpointRow{one, p.position(one.Source), c.editAddress(one.Source)})
	}
	skip := number(q.Get("after"))
	all := c.config.Institutions()
	content.Total = len(all)
	for i := range all {
		if !all[i].mentions(content.Search) {
			continue
		}
		content.Found++
		switch {
		case content.Found <= skip:
		case len(content.Institutions) < pageSize:
			content.Institutions = append(content.Institutions, all[i])
		default:
			content.Next = skip + pageSize
		}
	}
	return p.show(http.StatusOK, "endpoints.html", "endpoints.title", content)
}

// mentions reports whether the institution's slug, name or countries hold the text, whatever its case.
func (i *Institution) mentions(text string) bool {
	text = strings.ToLower(text)
	for _, word := range append([]string{i.Slug, i.Name}, i.Countries...) {
		if strings.Contains(strings.ToLower(word), text) {
			return true
		}
	}
	return text == ""
}
