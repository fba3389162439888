package surface

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// An answer that is kept for repeats is composed, and kept, within the change that it is of.
func TestAnAnswerIsKeptAsItIsSent(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	var kept []string
	plain := p.host
	p.host = func() *Host {
		h := plain()
		h.Keep = func(_ engine.Tx, r *Response) error { kept = append(kept, string(r.Body)); return nil }
		return h
	}
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	_, _, r := p.ask("POST", "/logins", `{"user":"jane","secret":"tan"}`)
	if r.Status != 200 || !slices.Equal(kept, []string{string(r.Body)}) {
		t.Errorf("%d %s, kept %q", r.Status, r.Body, kept)
	}
}

func TestAnAPIAnswersInItsOwnMedia(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{"": jsonMedia, "application/vnd.shop+json": "application/vnd.shop+json"} {
		if got := (&play{Env: Env{api: &API{Accept: accept}}}).media(); got != want {
			t.Errorf("%q: %q", accept, got)
		}
	}
}

// A value that may be an object or something else may be anything.
func TestShapesOfValuesThatMayDiffer(t *testing.T) {
	t.Parallel()
	object, list := ShapeOfMembers(map[string]*Shape{"a": ShapeOfScalar()}), ShapeOfList(ShapeOfScalar())
	if object.Merge(list) != anything || list.Merge(object) != anything {
		t.Error("an object or a list has members")
	}
	both := object.Merge(ShapeOfMembers(map[string]*Shape{"b": ShapeOfScalar()}))
	if len(both.members) != 2 {
		t.Errorf("of two objects: %+v", both)
	}
}

func TestAnAnswerHasRoomForAsManyElementsAsItMayHave(t *testing.T) {
	t.Parallel()
	e := &Env{made: maxElements - 1}
	if !e.room(maxAnswer) || e.err != nil || e.room(0) || e.err == nil {
		t.Errorf("after %d elements: %v", e.made, e.err)
	}
}

// What chance decides is drawn once for an answer; all else is asked as it is.
func TestChanceIsDrawnOnceForAnAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		facts engine.Facts
		want  int
	}{"chance": {engine.Facts{Probability: &engine.Chance{Number: 0.5}}, 1}, "a switch": {engine.Facts{Switches: map[string]bool{"down": true}}, 2}} {
		e, asked := about(t, shopAPI(t), "{}"), 0
		e.holdsFacts = func(*engine.Condition, string) (bool, error) { asked++; return true, nil }
		condition := &Condition{Facts: &engine.Condition{Facts: c.facts}}
		for range 2 {
			if !e.ask(condition) {
				t.Errorf("%s: it does not hold", name)
			}
		}
		if asked != c.want {
			t.Errorf("%s: asked %d times, want %d", name, asked, c.want)
		}
	}
}

func TestTheFirstFailureIsTold(t *testing.T) {
	t.Parallel()
	e, first := new(Env), errors.New("first")
	e.fail(nil)
	e.fail(first)
	e.fail(errors.New("second"))
	e.fail(nil)
	if !errors.Is(e.err, first) {
		t.Errorf("%v", e.err)
	}
}

func TestAConditionOnAnErrorIsExplained(t *testing.T) {
	t.Parallel()
	code := engine.Literal("CONSENT_EXPIRED")
	if got := (&Condition{Error: &code}).explain(); got != `{error: "CONSENT_EXPIRED"}` {
		t.Errorf("%s", got)
	}
}

// What works once is numbered: the second is the one after the first.
func TestWhatWorksOnceIsNumbered(t *testing.T) {
	t.Parallel()
	e := about(t, shopAPI(t), "{}").withRecords()
	kind := e.api.ids["code"]
	e.identifier(kind, 0)
	e.ids.known[0].UsedAt = &e.now
	e.identifier(kind, 0)
	var ordinals []int
	for _, one := range e.ids.known {
		ordinals = append(ordinals, one.Ordinal)
	}
	slices.Sort(ordinals)
	if !slices.Equal(ordinals, []int{0, 1}) {
		t.Errorf("%v", ordinals)
	}
}

// What another session issued goes by that session's clock.
func TestIdentifiersGoByTheirSessionsClock(t *testing.T) {
	t.Parallel()
	e := about(t, shopAPI(t), "{}")
	e.now = noon.Add(time.Hour)
	for session, want := range map[string]time.Time{"s": noon.Add(time.Hour), "other": noon} {
		if got, err := e.nowOf(session); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v", session, got, err)
		}
	}
}

func TestTextsInJSONStayReadable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"a<b>&c": `"a<b>&c"`, "<é>&": `"<é>&"`, "a\"b": `"a\"b"`, "\x01<": `"\u0001<"`} {
		if got := string(appendText(nil, text)); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestAChallengeSaysWhatIsAsked(t *testing.T) {
	t.Parallel()
	state := &engine.ProcessState{Challenge: &engine.ChallengeState{
		Kind: engine.ChallengeText, Message: engine.Plain("Enter the TAN"), AnswerFieldLabel: engine.Plain("TAN"),
	}}
	object := challengeObject(about(t, shopAPI(t), "{}"), state).(*Object)
	for name, want := range map[string]any{"kind": "TEXT", "message": "Enter the TAN", "answer_field_label": "TAN"} {
		if got, _ := object.Member(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestNoBankThatFitsIsAnEmptyList(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	if _, _, r := p.ask("GET", "/banks?search=nothing", ""); strings.TrimSpace(string(r.Body)) != "[]" {
		t.Errorf("%s", r.Body)
	}
}

// A refusal names the connection that a process has already, and only that refusal does.
func TestARefusalNamesTheConnection(t *testing.T) {
	t.Parallel()
	for code, want := range map[engine.Code]string{engine.CodeAlreadyUsed: "c-1", engine.CodeNotFound: ""} {
		if got := Describe(&engine.Error{Code: code, Related: "c-1"}); got.ConnectionID != want {
			t.Errorf("%s: %q", code, got.ConnectionID)
		}
	}
}

// An answer that refuses is decided before the operation, which might count: any other is written after it.
func TestRefusalsAreDecidedBeforeTheOperation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []*Answer
		limit   *RateLimit
		early   bool
	}{
		"an answer": {[]*Answer{{Status: 204}}, nil, false}, "a refusal": {[]*Answer{{Status: 204}, {Status: 403, Refuses: true}}, nil, true},
		"a limit": {[]*Answer{{Status: 204}}, &RateLimit{}, true},
	} {
		one := &Case{Operation: Operation{Kind: DoesRead}, Answers: c.answers}
		one.foresee(&Endpoint{RateLimit: c.limit, Cases: []*Case{one}}, reads{})
		if one.early != c.early {
			t.Errorf("%s: early %t", name, one.early)
		}
	}
}

func TestBodiesMayBeAsDeepAsTheyMayBe(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string { return strings.Repeat("[", depth) + "1" + strings.Repeat("]", depth) }
	if _, err := DecodeJSON([]byte(nested(maxDepth - 1))); err != nil {
		t.Error(err)
	}
	if _, err := DecodeJSON([]byte(nested(maxDepth))); !errors.Is(err, ErrTooDeep) {
		t.Errorf("a level more: %v", err)
	}
}

// Names that are suggested are those that mean something: an api without accounts has no `account`.
func TestWhatAPathMayBeginWith(t *testing.T) {
	t.Parallel()
	plain := NewAPI("plain", "/plain")
	if names := rootNames(plain.Root()); slices.Contains(names, accountName) || slices.Contains(names, "event") {
		t.Errorf("%q", names)
	}
	if names := rootNames(shopAPI(t).Root()); !slices.Contains(names, accountName) || !slices.Contains(names, "percent") {
		t.Errorf("%q", names)
	}
}

// Opaque tokens are 64 digits, none of which follows from others; claims are signed with a key that nobody else has.
func TestTokensCannotBeMade(t *testing.T) {
	t.Parallel()
	e := about(t, shopAPI(t), "{}")
	i := &engine.Identifier{API: "shop", Kind: accessToken, Owner: "token 1"}
	if text := e.tokenText(i); len(text) != 64 || text[:32] == text[32:] {
		t.Errorf("%s", text)
	}
	e.api.Tokens.Form = JSONWebTokens
	text := e.tokenText(i)
	at := strings.LastIndexByte(text, '.')
	mac := hmac.New(sha256.New, derived(e.host.Key, i.API, i.Kind, "signature", 0, 0))
	mac.Write([]byte(text[:at]))
	if want := base64.RawURLEncoding.EncodeToString(mac.Sum(nil)); text[at+1:] != want {
		t.Errorf("signed %s, want %s", text[at+1:], want)
	}
	var claims map[string]any
	body, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[1])
	if err != nil || json.Unmarshal(body, &claims) != nil || !reflect.DeepEqual(claims["jti"], uuid(derived(e.host.Key, i.API, i.Kind, i.Owner, 0, 0))) {
		t.Errorf("%s, %v", body, err)
	}
}

// A token that one login issued opens no other user's records, and says so.
func TestATokenIsGoodForItsHolder(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	scope := p.set.APIs[0].Root().Within(Variables("/logins/{process}/token"))
	c := &Case{Operation: Operation{Kind: DoesRead}, Answers: []*Answer{answerOf(t, scope, 200, `{"access":"${tokens.access}"}`)}}
	c.Issues, c.Renews = scope.Issues(), scope.Renews()
	p.withEndpoint("GET", "/logins/{process}/token", c)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	login := func(user string) string {
		return "/logins/" + p.wants(200, "POST", "/logins", `{"user":"`+user+`","secret":"tan"}`)["id"].(string)
	}
	jane, kate := login("jane"), login("kate")
	p.bearer = p.wants(200, "GET", jane+"/token", "")["access"].(string)
	p.wants(200, "GET", jane, "")
	if _, _, r := p.ask("GET", kate, ""); r.Status != 404 || !strings.Contains(string(r.Body), "for the holder of the token") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}

// Who reads a connection has not read its process: that would count as a poll.
func TestAConnectionIsReadAlone(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	said := p.wants(200, "POST", "/logins", `{"user":"jane","secret":"watched"}`)
	item := p.wants(200, "POST", "/exchange", `{"code":"`+said["code"].(string)+`"}`)["item"].(string)
	*p.now = p.now.Add(2 * time.Second)
	p.wants(200, "GET", "/items/"+item, "")
	view, err := p.host().Bank.(*engine.Bank).ViewProcess(t.Context(), said["id"].(string))
	if err != nil || view.Status != engine.DecoupledAuthRequired {
		t.Errorf("the process is %s, %v", view.Status, err)
	}
	p.wants(200, "GET", "/logins/"+said["id"].(string), "")
	if view, err = p.host().Bank.(*engine.Bank).ViewProcess(t.Context(), said["id"].(string)); err != nil || view.Status != engine.AuthenticationFailed {
		t.Errorf("once it was read it is %s, %v", view.Status, err)
	}
}
