package engine

import "fmt"

// dynamicValue is a duration, a percent or a picture's text that a login's captures complete, with the
// place in the scenario that it stands at.
type dynamicValue struct {
	key   string
	text  Text
	check func(string) error
}

// inspect finds what the flow takes from a login: captures by name, and random choices.
func (f *Flow) inspect() {
	f.dynamic, f.names, f.random, f.awaits, f.loginsMove = nil, nil, false, false, false
	f.ages = false
	f.shapesReads = false
	for i := range f.Steps {
		f.inspectStep(&f.Steps[i])
	}
	f.inspectTimeline("import", &f.Import)
	for i := range f.Update {
		key := fmt.Sprintf("update[%d]", i)
		f.inspectDuration(key+".older_than", f.Update[i].OlderThan)
		f.inspectCondition(key+".when", f.Update[i].When)
		f.inspectResponse(key+".respond", f.Update[i].Respond)
		f.inspectTimeline(key, &f.Update[i].Import)
	}
	for _, failure := range f.Wrong {
		f.inspectFailure(&failure)
	}
	f.eachText(func(_ textPosition, text *LocalizedText) { f.refers(text.Names()) })
}

func (f *Flow) inspectStep(step *Step) {
	key := fmt.Sprintf("step %q: ", step.Name)
	f.inspectFailure(step.Error)
	f.inspectResponse(key+"respond", step.Respond)
	f.inspectResponse(key+"polled", step.Polled)
	f.inspectDuration(key+"expires_after", step.ExpiresAfter)
	if c := step.Challenge; c != nil {
		f.inspectTexts(c.Shows)
		f.inspectTexts(c.imageTexts()...)
		f.inspectDuration(key+"changes_every", c.ChangesEvery)
		if len(c.Shows.Names()) > 0 {
			f.dynamic = append(f.dynamic, dynamicValue{key + "shows", c.Shows, c.CheckShows})
		}
	}
	if step.RedirectURL != nil {
		f.inspectTexts(*step.RedirectURL)
	}
	f.inspectOwn(step.Event)
	for i := range step.Next {
		transition := &step.Next[i]
		f.inspectReturns(transition.Returns)
		f.loginsMove = f.loginsMove || transition.Event.Cause() == ByLogin
		f.inspectDuration(key+"after", transition.Event.After)
		f.inspectMatcher(&transition.Event.Value)
		f.inspectCondition(key+"when", transition.When)
		if transition.When != nil && transition.Event.timed() {
			f.inspectTimed(transition.When)
		}
	}
}

// inspectTimed finds what a condition beside an event of time takes from the record.
func (f *Flow) inspectTimed(when *Condition) {
	when.Walk(func(w *Condition) {
		f.ages = f.ages || w.Facts.SessionAge != nil
		f.random = f.random || w.Facts.Probability != nil
	})
}

// inspectCondition finds the captures that a condition is completed by.
func (f *Flow) inspectCondition(key string, when *Condition) {
	if when == nil {
		return
	}
	when.Walk(func(w *Condition) {
		for _, matcher := range w.matchers() {
			f.inspectMatcher(matcher)
		}
		for _, named := range []map[string]Matcher{w.Headers, w.Fields} {
			for _, matcher := range named {
				f.inspectMatcher(&matcher)
			}
		}
		f.inspectFacts(key, &w.Facts)
	})
}

func (f *Flow) inspectFacts(key string, facts *Facts) {
	for _, span := range []*Span{facts.SessionAge, facts.LastAuthenticated} {
		if span == nil {
			continue
		}
		f.inspectDuration(key, span.From)
		if span.To != nil {
			f.inspectDuration(key, *span.To)
		}
	}
	if facts.OlderThan != nil {
		f.inspectDuration(key+".older_than", *facts.OlderThan)
	}
	if chance := facts.Probability; chance != nil && chance.Text != "" {
		f.inspectTexts(chance.Text)
		f.dynamic = append(f.dynamic, dynamicValue{key + ".probability", chance.Text, func(text string) error {
			_, err := ParseChance(text)
			return err
		}})
	}
	counts := []*Count{facts.Attempt, facts.Runs}
	for _, count := range facts.Counters {
		counts = append(counts, &count)
	}
	for _, count := range counts {
		if count != nil {
			f.inspectDuration(key+".within", count.Within)
		}
	}
}

// inspectMatcher finds the captures in the texts that a matcher compares with.
func (f *Flow) inspectMatcher(m *Matcher) {
	for _, text := range m.Texts() {
		f.inspectTexts(Text(text))
	}
}

func (f *Flow) inspectReturns(r *Returns) {
	if r == nil {
		return
	}
	for _, p := range r.Query {
		if p.Value != nil {
			f.inspectTexts(*p.Value)
		}
	}
}

func (f *Flow) inspectOwn(event *OwnEvent) {
	if event != nil {
		f.inspectTexts(event.Data)
	}
}

func (f *Flow) inspectTimeline(key string, t *Timeline) {
	f.inspectDuration(key+".takes", t.Takes)
	f.inspectPercent(key+".stops_at", t.StopsAt)
	f.inspectFailure(t.Error)
	f.inspectFailures(t.Warnings)
	for i := range t.Points {
		point := &t.Points[i]
		position := fmt.Sprintf("%s[%d]", key, i)
		f.inspectDuration(position+".after", point.After)
		f.inspectPercent(position+".progress", point.Progress)
		f.awaits = f.awaits || point.Await != nil
		f.inspectResponse(position+".respond", point.Respond)
		f.shapesReads = f.shapesReads || point.Respond != nil
		f.inspectFailure(point.Error)
		f.inspectFailures(point.Warnings)
		f.inspectOwn(point.Event)
	}
}

func (f *Flow) inspectResponse(key string, r *Response) {
	if r == nil {
		return
	}
	f.random = f.random || r.random()
	f.inspectDuration(key+".delay", r.Delay.Duration)
	if r.RetryAfter != nil {
		f.inspectDuration(key+".retry_after", *r.RetryAfter)
	}
	f.inspectDuration(key+".dribble", r.Dribble)
	if r.Body != nil {
		f.inspectTexts(*r.Body)
	}
	if r.Patch != nil {
		f.inspectTexts(Text(r.Patch.Set))
	}
	for _, value := range r.Headers {
		f.inspectTexts(value)
	}
}

func (f *Flow) inspectFailures(failures []Failure) {
	for i := range failures {
		f.inspectFailure(&failures[i])
	}
}

func (f *Flow) inspectFailure(failure *Failure) {
	if failure != nil {
		f.inspectTexts(failure.Code)
	}
}

func (f *Flow) inspectTexts(texts ...Text) {
	for _, text := range texts {
		f.refers(text.Names())
	}
}

// refers adds named groups that a text of the flow takes from a login.
func (f *Flow) refers(names []string) {
	for _, name := range names {
		if f.names == nil {
			f.names = make(map[string]bool)
		}
		f.names[name] = true
	}
}

func (f *Flow) inspectDuration(key string, d Duration) {
	f.random = f.random || d.Random()
	if d.Text == "" {
		return
	}
	f.inspectTexts(d.Text)
	f.dynamic = append(f.dynamic, dynamicValue{key, d.Text, func(text string) error {
		_, err := ParseDuration(text)
		return err
	}})
}

func (f *Flow) inspectPercent(key string, p Percent) {
	if p.Text == "" {
		return
	}
	f.inspectTexts(p.Text)
	f.dynamic = append(f.dynamic, dynamicValue{key, p.Text, func(text string) error {
		_, err := ParsePercent(text)
		return err
	}})
}

// CheckCaptures reports the first duration, percent or picture's text that the captures complete to
// something that is none, as an [Error] with [CodeScenarioValue].
func (f *Flow) CheckCaptures(captures Captures) error {
	for _, value := range f.dynamic {
		text := value.text.Expand(captures)
		if err := value.check(text); err != nil {
			return refuse(CodeScenarioValue, "scenario %q, %s: %q became %q: %v", f.Scenario, value.key, value.text, text, err)
		}
	}
	return nil
}
