package engine

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestEveryConditionIsInTheTable: a condition that the table forgets would be loaded, and never asked.
func TestEveryConditionIsInTheTable(t *testing.T) {
	t.Parallel()
	for _, of := range []reflect.Type{reflect.TypeFor[Condition](), reflect.TypeFor[Facts]()} {
		for i := range of.NumField() {
			field := of.Field(i)
			if !field.IsExported() || field.Name == "Facts" {
				continue
			}
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			w := &Condition{}
			into := reflect.ValueOf(w).Elem()
			if of == reflect.TypeFor[Facts]() {
				into = into.FieldByName("Facts")
			}
			setAny(into.FieldByName(field.Name))
			found := false
			for _, kind := range ConditionKinds() {
				if kind.Key == key {
					found = kind.Asks(w) && (kind.holds != nil) == (kind.Fact || key == "any_of" || key == "not")
				}
			}
			if !found || w.Empty() || len(w.Parts()) != 1 || kindIsFact(key) == w.Facts.None() {
				t.Errorf("%s: in the table %t, empty %t, described %v, facts none %t", key, found, w.Empty(), w.Parts(), w.Facts.None())
			}
		}
	}
}

func kindIsFact(key string) bool {
	for _, kind := range ConditionKinds() {
		if kind.Key == key {
			return kind.Fact
		}
	}
	return false
}

// setAny sets a field to something that asks.
func setAny(field reflect.Value) {
	switch to := field.Addr().Interface().(type) {
	case *Matcher:
		*to = Literal("x")
	case *map[string]Matcher:
		*to = map[string]Matcher{"x": Literal("x")}
	case *map[string]Count:
		*to = map[string]Count{"x": {}}
	case *map[string]bool:
		*to = map[string]bool{"x": true}
	case *[]Condition:
		*to = []Condition{{Bank: Literal("x")}}
	default:
		field.Set(reflect.New(field.Type().Elem()))
	}
}

func clock(t *testing.T, text string) time.Duration {
	t.Helper()
	at, err := time.Parse("15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
}

func TestTimeWindows(t *testing.T) {
	t.Parallel()
	night := TimeWindow{Daily: true, Start: clock(t, "23:30"), End: clock(t, "05:00"), Zone: "Europe/Berlin"}
	sundays := night
	sundays.Days = []time.Weekday{time.Sunday}
	work := TimeWindow{Daily: true, Start: clock(t, "09:00"), End: clock(t, "17:00"), Days: []time.Weekday{time.Monday}}
	from, until := time.Date(2026, 12, 23, 23, 0, 0, 0, time.UTC), time.Date(2026, 12, 26, 23, 0, 0, 0, time.UTC)
	holidays := TimeWindow{From: &from, Until: &until, Zone: "Europe/Berlin"}
	evening := TimeWindow{Daily: true, Start: clock(t, "22:00"), End: 24 * time.Hour}
	for _, test := range []struct {
		window TimeWindow
		at     string
		want   bool
	}{
		{night, "2026-01-15T22:29:59.999Z", false}, {night, "2026-01-15T22:30:00Z", true}, // 23:30 in winter
		{night, "2026-01-16T03:59:59.999Z", true}, {night, "2026-01-16T04:00:00Z", false},
		{night, "2026-07-15T21:30:00Z", true}, {night, "2026-07-15T21:29:59Z", false}, // and in summer
		{sundays, "2026-03-02T01:00:00Z", true},  // 02:00 on Monday is Sunday's
		{sundays, "2026-03-01T01:00:00Z", false}, // and on Sunday Saturday's
		{sundays, "2026-03-01T22:30:00Z", true}, {sundays, "2026-03-02T22:30:00Z", false},
		{work, "2026-03-02T09:00:00Z", true}, {work, "2026-03-02T17:00:00Z", false}, {work, "2026-03-03T09:00:00Z", false},
		{holidays, "2026-12-23T22:59:59Z", false}, {holidays, "2026-12-23T23:00:00Z", true},
		{holidays, "2026-12-26T22:59:59.999Z", true}, {holidays, "2026-12-26T23:00:00Z", false},
		{evening, "2026-03-02T23:59:59.999Z", true}, {evening, "2026-03-02T00:00:00Z", false},
	} {
		if err := test.window.compile(); err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := test.window.Contains(at); got != test.want {
			t.Errorf("%s at %s: %t", test.window.String(), test.at, got)
		}
	}
}

func TestSpansExcludeTheirSecondBound(t *testing.T) {
	t.Parallel()
	to := Fixed(10 * time.Minute)
	span, open := Span{From: Fixed(time.Minute), To: &to}, Span{From: Fixed(time.Minute)}
	for d, want := range map[time.Duration]bool{
		time.Minute - time.Millisecond: false, time.Minute: true, 10*time.Minute - time.Millisecond: true, 10 * time.Minute: false,
	} {
		if got, _ := span.contains(d, nil); got != want {
			t.Errorf("%s in %s: %t", d, span.String(), got)
		}
	}
	if got, _ := open.contains(1000*time.Hour, nil); !got {
		t.Error("an open span ends")
	}
	captured := Span{From: Duration{Text: "${d}m"}}
	if got, _ := captured.contains(5*time.Minute, Captures{"d": "5"}); !got {
		t.Error("captures do not complete a span")
	}
}

// TestCasesAreWhatFactsLeave: scenarios whose conditions differ only in facts share a case.
func TestCasesAreWhatFactsLeave(t *testing.T) {
	t.Parallel()
	base := Condition{Password: Literal("p")}
	fact := Facts{Attempt: times(from(3))}
	same := []Condition{
		{Password: Literal("p"), Bank: Matcher{Any: true}, Facts: fact},
		{Password: Literal("p"), AnyOf: []Condition{{Facts: fact}, {Facts: Facts{SessionAge: &Span{}}}}},
		{Password: Literal("p"), Not: &Condition{Facts: fact}},
		{Password: Literal("p"), AnyOf: []Condition{{Not: &Condition{Facts: fact}}}},
	}
	for _, w := range same {
		if w.caseOf() != base.caseOf() {
			t.Errorf("%s is another case", w.String())
		}
	}
	other := []Condition{
		{Password: Literal("q")}, {Password: Literal("p"), Fields: map[string]Matcher{"n": Literal("1")}},
		{Password: Literal("p"), AnyOf: []Condition{{Username: Literal("a"), Facts: fact}, {Username: Literal("b")}}},
		{Password: Literal("p"), Not: &Condition{Username: Literal("a")}},
	}
	seen := map[string]string{base.caseOf(): "base"}
	for _, w := range other {
		if before, twice := seen[w.caseOf()]; twice {
			t.Errorf("%s is the case of %s", w.String(), before)
		}
		seen[w.caseOf()] = w.String()
	}
	without := Condition{Password: Literal("p"), AnyOf: []Condition{{Username: Literal("a")}, {Username: Literal("b"), Facts: fact}}}
	if without.caseOf() != other[2].caseOf() {
		t.Error("facts within any_of make another case")
	}
}

func TestConditionsSurviveTheirFlow(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	to, older := Fixed(time.Hour), Fixed(90*24*time.Hour)
	w := Condition{
		Username: Matcher{Prefix: "a"}, Headers: map[string]Matcher{"X-A": Literal("b")},
		Facts: Facts{
			Attempt:    &Count{Range: Range{From: 1, To: -1}, Within: Fixed(time.Hour), OfUser: true},
			Time:       &TimeWindow{Daily: true, Start: time.Hour, End: 2 * time.Hour, Days: []time.Weekday{0}, Zone: "Europe/Berlin", From: &from},
			SessionAge: &Span{To: &to}, Probability: &Chance{Number: 0.5}, OlderThan: &older, Switches: map[string]bool{"x": false},
			Runs: &Count{Range: Range{From: 1, To: 2}}, Counters: map[string]Count{"n": {Range: Range{From: 0, To: 0}}},
		},
		AnyOf: []Condition{{Facts: Facts{Probability: &Chance{Text: "${p}"}}}}, Not: &Condition{Bank: Literal("x")},
	}
	body, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	var back Condition
	if err := json.Unmarshal(body, &back); err != nil {
		t.Fatal(err)
	}
	if got, want := back.String(), w.String(); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if err := back.compile(); err != nil || back.draws != 2 || back.AnyOf[0].Facts.position == back.Facts.position {
		t.Errorf("%v, %d draws", err, back.draws)
	}
}

// whenBank is a bank whose login p is refused while the condition holds.
func whenBank(t *testing.T, facts Facts) *testBank {
	return open(t, scenario("refused", "p", steps(no())).where(facts), scenario("open", "p", steps(yes())))
}

func TestSessionAge(t *testing.T) {
	t.Parallel()
	to := Fixed(10 * time.Minute)
	b := whenBank(t, Facts{SessionAge: &Span{To: &to}})
	login := tester("p")
	login.Session = "s"
	says := func(want string) {
		t.Helper()
		if p, err := b.Authenticate(b.ctx(), login); err != nil || p.Scenario != want {
			t.Errorf("%s (%v), want %s", p.Scenario, err, want)
		}
	}
	says("refused")
	b.wait(10*time.Minute - time.Millisecond)
	says("refused")
	b.wait(time.Millisecond)
	says("open")
	if _, err := b.Sessions().Reset(b.ctx(), "s"); err != nil {
		t.Fatal(err)
	}
	says("refused")
	if _, err := b.Clocks().Change(b.ctx(), "s", ClockChange{Advance: 10 * time.Minute}); err != nil {
		t.Fatal(err)
	}
	says("open")
	if _, err := b.Clocks().Change(b.ctx(), "new", ClockChange{Advance: 11 * time.Minute}); err != nil { // begins it
		t.Fatal(err)
	}
	login.Session = "new"
	says("open")
	login.Session = "" // default began with its bank
	says("open")
	if _, err := b.Sessions().Reset(b.ctx(), DefaultSession); err != nil {
		t.Fatal(err)
	}
	says("refused")
	// A refused request begins a session too.
	if err := b.Sessions().Begin(b.ctx(), "third"); err != nil {
		t.Fatal(err)
	}
	b.wait(10 * time.Minute)
	login.Session = "third"
	says("open")
}

func TestLockoutForADay(t *testing.T) {
	t.Parallel()
	locked := Facts{Attempt: &Count{Range: Range{From: 4, To: -1}, OfUser: true, Within: Fixed(24 * time.Hour)}}
	first := scenario("locked", "", steps(no())).where(locked)
	first.When.Password = Matcher{}
	rest := scenario("wrong", "", steps(no()))
	rest.When.Password = Matcher{}
	right := scenario("right", "right", steps(yes()))
	right.When.Username = Matcher{}
	b := open(t, first, right, rest)
	for i, want := range []string{"wrong", "wrong", "wrong", "locked", "locked"} {
		if got := b.login(fmt.Sprint("wrong-", i)).Scenario; got != want {
			t.Fatalf("login %d: %s, want %s", i+1, got, want)
		}
	}
	// Five within a day lock; a day after the second only three are left, this one the fourth.
	b.wait(24*time.Hour - time.Millisecond)
	if got := b.login("right").Scenario; got != "locked" {
		t.Errorf("a millisecond before: %s", got)
	}
	b.wait(time.Millisecond)
	if got := b.login("right").Scenario; got != "right" { // the one before, and this one
		t.Errorf("after a day: %s", got)
	}
	other := tester("right")
	other.Username = "another"
	if p, err := b.Authenticate(b.ctx(), other); err != nil || p.Scenario != "right" {
		t.Errorf("another user: %s, %v", p.Scenario, err)
	}
}

func TestCountersForget(t *testing.T) {
	t.Parallel()
	locked := Facts{Counters: map[string]Count{"wrong": {Range: Range{From: 2, To: -1}, Within: Fixed(time.Hour)}}}
	b := open(t, scenario("locked", "p", steps(no())).where(locked), scenario("wrong", "p", steps(no().counts("wrong"))),
		scenario("reset", "r", steps(yes().resets("wrong"))))
	b.answered("wrong")
	b.wait(59 * time.Minute)
	b.answered("wrong")
	b.answered("locked")
	b.wait(time.Minute) // the first is an hour old
	b.answered("wrong")
	b.answered("locked")
	b.login("r")
	b.answered("wrong")
}

func TestLastAuthenticated(t *testing.T) {
	t.Parallel()
	stale := Facts{LastAuthenticated: &Span{From: Fixed(90 * 24 * time.Hour)}}
	b := open(t, scenario("tan", "p", steps(step("ask", DecoupledAuthRequired, after(time.Minute, "yes")), yes())).where(stale),
		scenario("plain", "p", steps(no())), scenario("other", "o", steps(yes())))
	b.answered("tan") // who never was is longer ago than anything
	b.wait(59 * time.Second)
	b.answered("tan")
	b.wait(time.Second) // nobody looked, and the first is authenticated
	b.answered("plain")
	b.wait(time.Minute)
	b.wait(90*24*time.Hour - time.Minute - time.Second)
	b.answered("plain") // the second authenticated a minute later
	b.wait(time.Minute)
	b.answered("tan")
	b.wait(time.Hour)
	b.login("o") // any scenario's counts
	b.answered("plain")
}

func TestSwitchesAreOfASession(t *testing.T) {
	t.Parallel()
	b := whenBank(t, Facts{Switches: map[string]bool{"down": true}})
	b.answered("open")
	if _, err := b.Sessions().FlipSwitch(b.ctx(), DefaultSession, "down", true); err == nil {
		t.Error("a switch that nobody declared is flipped")
	}
	b.Rules().Switches = []Switch{{Name: "down"}}
	for _, on := range []bool{true, false, true} {
		if _, err := b.Sessions().FlipSwitch(b.ctx(), DefaultSession, "down", on); err != nil {
			t.Fatal(err)
		}
		b.answered(map[bool]string{true: "refused", false: "open"}[on])
	}
	other := tester("p")
	other.Session = "other"
	if p, err := b.Authenticate(b.ctx(), other); err != nil || p.Scenario != "open" {
		t.Errorf("%s in another session, %v", p.Scenario, err)
	}
	if _, err := b.Sessions().Reset(b.ctx(), DefaultSession); err != nil {
		t.Fatal(err)
	}
	b.answered("open")
	if s, err := b.Sessions().FlipSwitch(b.ctx(), "fresh", "down", true); err != nil || s.Version == 0 || !s.Switches["down"] {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestDrawsAreTheSameInEveryRun, and each condition has its own.
func TestDrawsAreTheSameInEveryRun(t *testing.T) {
	t.Parallel()
	run := func(seed uint64, session string) string {
		b := whenBank(t, Facts{Probability: &Chance{Number: 0.3}})
		if _, err := b.Sessions().Create(b.ctx(), NewSession{ID: session, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		login, said := tester("p"), ""
		login.Session = session
		for range 100 {
			e, err := b.Explain(b.ctx(), login, AssumedFacts{})
			if err != nil {
				t.Fatal(err)
			}
			p, err := b.Authenticate(b.ctx(), login)
			if err != nil || e.Match.Name != p.Scenario {
				t.Fatalf("explained %s, answered %s, %v", e.Match.Name, p.Scenario, err)
			}
			said += p.Scenario[:1]
		}
		return said
	}
	first := run(7, "one")
	if n := strings.Count(first, "r"); n < 15 || n > 45 {
		t.Errorf("%d of 100 at 0.3", n)
	}
	if second := run(7, "two"); first != second {
		t.Errorf("\n%s\n%s", first, second)
	}
	if run(8, "one") == first {
		t.Error("another seed, and the same run")
	}
}

func TestUsernamesAreOneWhateverTheirCase(t *testing.T) {
	t.Parallel()
	locked := scenario("locked", "p", steps(no())).where(Facts{Attempt: times(from(3))})
	anna := scenario("anna", "p", steps(yes()))
	locked.When.Username, anna.When.Username = Literal("Anna"), Literal("Anna")
	pattern := scenario("pattern", "p", steps(yes()))
	pattern.When.Username = Matcher{Matches: `B(?P<rest>[A-Z]+)`}
	for _, s := range []*Scenario{locked, anna, pattern} {
		s.When.Bank = Matcher{}
	}
	set, err := NewRuleSet(RuleSetConfig{
		DefaultBank: "A", Banks: []Institution{{Slug: "A", Usernames: UsernameRule{IgnoreCase: true, Trim: true}}, {Slug: "B"}},
		Scenarios: []*Scenario{locked, anna, pattern}, NoScenario: Failure{Code: "NO_SCENARIO"},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := open(t)
	b.Use(set)
	for _, one := range []struct{ bank, username, want string }{
		{"A", "Anna", "anna"}, {"A", " anna ", "anna"}, {"A", "ANNA", "locked"}, {"A", "bERT", "pattern"},
		{"B", "anna", ""}, {"B", "Anna", "anna"}, {"B", "bert", ""},
	} {
		p, err := b.Authenticate(b.ctx(), Login{Bank: one.bank, Username: one.username, Password: "p"})
		if err != nil || p.Scenario != one.want {
			t.Errorf("%q at %s: %q, %v, want %q", one.username, one.bank, p.Scenario, err, one.want)
		}
	}
}

// TestTimedTransitionsAskOnce: where the condition fails as the event is due, it is spent for this visit.
func TestTimedTransitionsAskOnce(t *testing.T) {
	t.Parallel()
	young, later := Fixed(time.Minute), after(2*time.Second, "yes")
	f := steps(step("ask", DecoupledAuthRequired, later, after(5*time.Second, "no")), yes(), no())
	f.Steps[0].Next[0].When = &Condition{Facts: Facts{SessionAge: &Span{To: &young}}}
	b := open(t, scenario("s", "p", f))
	login := tester("p")
	login.Session = "s"
	ends := func(want Status, at time.Duration) {
		t.Helper()
		p, err := b.Authenticate(b.ctx(), login)
		if err != nil || p.EndStatus != want || !p.EndsAt.Equal(p.CreatedAt.Add(at)) {
			t.Fatalf("ends %s %v, %v", p.EndStatus, p.EndsAt, err)
		}
		b.wait(10 * time.Second)
		if p, err = b.Process(b.ctx(), p.ID); err != nil || p.Status != want {
			t.Errorf("%s, %v", p.Status, err)
		}
	}
	ends(Authenticated, 2*time.Second)
	b.wait(48*time.Second - time.Millisecond)
	ends(Authenticated, 2*time.Second) // due at 59.999 s
	b.wait(time.Minute)
	ends(AuthenticationFailed, 5*time.Second)
}

func TestTransitionsAskWithTheirInput(t *testing.T) {
	t.Parallel()
	f := steps(step("ask", ChallengeResponseRequired, onAny(EventChallengeResponse, "no"), on(EventChallengeResponse, "${tan}", "yes")), yes(), no())
	f.Steps[0].Next[0].When = &Condition{Facts: Facts{Switches: map[string]bool{"down": true}}}
	s := scenario("s", "", f)
	s.When.Password = Matcher{Matches: `tan_(?P<tan>\d+)`}
	b := open(t, s)
	b.Rules().Switches = []Switch{{Name: "down"}}
	p := b.login("tan_42")
	answer := func(text string) Status {
		t.Helper()
		state, err := b.Continue(b.ctx(), p.ID, Input{Kind: EventChallengeResponse, Value: text})
		if err != nil {
			t.Fatal(err)
		}
		return state.Status
	}
	if got := answer("41"); got != ChallengeResponseRequired {
		t.Errorf("a wrong answer: %s", got)
	}
	if got := answer("42"); got != Authenticated {
		t.Errorf("the captured answer: %s", got)
	}
	p = b.login("tan_42")
	if _, err := b.Sessions().FlipSwitch(b.ctx(), DefaultSession, "down", true); err != nil {
		t.Fatal(err)
	}
	if got := answer("42"); got != AuthenticationFailed {
		t.Errorf("with the switch on: %s", got)
	}
}

func TestUpdatesByNumber(t *testing.T) {
	t.Parallel()
	f := steps(yes()).updating(
		UpdateCase{When: &Condition{Facts: Facts{Runs: &Count{Range: Range{From: 3, To: -1}, Within: Fixed(24 * time.Hour)}}}, Import: failsWith("LIMIT")},
		UpdateCase{When: &Condition{Facts: Facts{Runs: &Count{Range: Range{From: 1, To: 1}}}}, Import: failsWith("FIRST")},
		UpdateCase{Import: line(0)})
	b := open(t, scenario("s", "p", f))
	c := b.connect(b.login("p").ID)
	update := func(want Text) {
		t.Helper()
		b.wait(time.Minute)
		state, err := b.UpdateConnection(b.ctx(), c.ID)
		got := Text("")
		if err == nil && state.Error != nil {
			got = state.Error.Code
		}
		if err != nil || got != want {
			t.Errorf("update: %q, %v, want %q", got, err, want)
		}
	}
	update("FIRST")
	update("")
	update("LIMIT")
	b.wait(24*time.Hour - 4*time.Minute)
	update("LIMIT")
	b.wait(24 * time.Hour)
	update("")
}

func failsWith(code Text) Timeline {
	return Timeline{Outcome: FailedWithError, Error: &Failure{Code: code}}
}
