package scenarios

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// redirects compiles where a step sends the browser, and what the bank's page offers.
func (f *flowCompiler) redirects(written *Step, step *engine.Step) {
	for _, key := range []string{"redirect_url", "decisions"} {
		if written.has(key) && written.Status != engine.RedirectRequired && written.Status != "" {
			f.report.add(written.key(key), CodeRedirectUnfit, "take it out, or write `status: REDIRECT_REQUIRED`",
				"a step that is %s sends no browser to the bank's page, %q is about that", written.Status, key)
		}
	}
	f.redirectURL(written, step)
	seen := make(map[string]Position, len(written.Decisions))
	for i := range written.Decisions {
		one := &written.Decisions[i]
		before, twice := seen[one.ID]
		switch {
		case one.ID == engine.Approved || one.ID == engine.Declined:
			f.report.add(one.value("id"), CodeDuplicateName, "give it another id, or take it out",
				"the bank's page has a button for %q anyway", one.ID)
		case one.ID != "" && (len(one.ID) > 200 || !nameForm.MatchString(one.ID)):
			f.report.add(one.value("id"), CodeBadName, "use one line of at most 200 characters", "%q is no name", one.ID)
		case twice:
			f.duplicate(one.value("id"), "decision", one.ID, before.value("id"))
		}
		seen[one.ID] = one.Position
		step.Decisions = append(step.Decisions, engine.Decision{ID: one.ID, Name: f.say(one.Position, "name", one.Name, "")})
	}
}

var schemeStart = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

func (f *flowCompiler) redirectURL(written *Step, step *engine.Step) {
	step.NoRedirectURL = written.null("redirect_url")
	if written.RedirectURL == nil || step.NoRedirectURL {
		return
	}
	text := f.responses().said(written.Position, "redirect_url", *written.RedirectURL)
	step.RedirectURL = &text
	_, err := url.Parse(placeholderLike.ReplaceAllString(string(text), "x"))
	if text != "" && (err != nil || !schemeStart.MatchString(string(text)) && len(names(text)) == 0) {
		f.report.add(written.value("redirect_url"), CodeBadURL,
			"write it with its scheme, such as https://bank.test/login or mybank://auth", "the redirect_url is no address")
	}
}

var placeholderLike = regexp.MustCompile(`\$?\$\{[^}]*\}`)

// returns compiles how the browser comes back.
func (f *flowCompiler) returns(written *Transition) *engine.Returns {
	if written.Returns == nil {
		return nil
	}
	if !written.has("redirect") {
		f.report.add(written.key("returns"), CodeRedirectUnfit, "take it out, or write it at a `redirect` transition",
			"only a decision on the bank's page sends a browser back")
		return nil
	}
	if written.Returns.Nowhere {
		return &engine.Returns{Nowhere: true}
	}
	returns := &engine.Returns{}
	query := follow(written.Returns.child("query"))
	if query == nil || query.Kind != yaml.MappingNode {
		return returns // reported by the decoder
	}
	under := Position{file: written.Returns.file, node: query}
	for key, value := range pairs(query) {
		parameter := engine.ReturnParameter{Name: follow(key).Value}
		value = follow(value)
		switch {
		case value.Kind != yaml.ScalarNode:
			f.report.add(under.value(parameter.Name), CodeWrongType, "write a text, or null to take the parameter away",
				"a parameter of the query is %s", form(value))
		case !isNull(value) && !isEmpty(value):
			text := f.responses().said(under, parameter.Name, engine.Text(value.Value))
			parameter.Value = &text
		}
		returns.Query = append(returns.Query, parameter)
	}
	return returns
}

// checkDecisions reports `redirect` transitions that no button of the page leads to, and warns of buttons that no
// transition takes.
func (f *flowCompiler) checkDecisions(written *Step) {
	known := []string{engine.Approved, engine.Declined}
	for i := range written.Decisions {
		if known = append(known, written.Decisions[i].ID); written.Decisions[i].ID == "" {
			return // a mistake that was reported; what else is one, nobody can tell
		}
	}
	var taken []string
	for i := range written.Next {
		transition := &written.Next[i]
		if !transition.has("redirect") {
			continue
		}
		if taken = append(taken, transition.Redirect); !slices.Contains(known, transition.Redirect) {
			f.report.add(transition.value("redirect"), CodeUnknownWord, decisionHint(transition.Redirect, known),
				"%q is no decision on the bank's page", transition.Redirect)
		}
	}
	if written.Status != engine.RedirectRequired && written.Status != "" {
		return // which was reported, where there are decisions
	}
	for i := range written.Decisions {
		if one := &written.Decisions[i]; !slices.Contains(taken, one.ID) {
			f.report.add(one.at(), CodeUnusedDecision, "add `- {redirect: "+one.ID+", then: …}` to the step's `next`, or take it out",
				"no transition of the step takes the decision %q", one.ID)
		}
	}
}

func decisionHint(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return didYouMean(word, known)
	}
	quoted, err := json.Marshal(word)
	if err != nil { // a text can always be encoded
		return ""
	}
	return "declare it at the step: `decisions: [{id: " + string(quoted) + ", name: …}]`, or write approved or declined"
}
