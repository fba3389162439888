package scenarios

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func pointer[T any](value T) *T { return &value }

func TestResponsesAreCompiled(t *testing.T) {
	t.Parallel()
	flow := find(t, goodConfig(t), "wire").Flow
	asked := flow.Steps[0]
	want := &engine.Response{
		Delay:      engine.Delay{Duration: engine.Duration{Min: time.Second, Max: 2 * time.Second}},
		HTTPStatus: 202, Headers: map[string]engine.Text{"X-Word": "${word}", "Retry-After": "3"},
		Body: pointer(engine.Text(`{"word":"${word}","list":[1,2.5,true,null,{"a<b":"0x10"}],"text":"no","~":"empty"}`)), JSON: true,
	}
	if !reflect.DeepEqual(asked.Respond, want) {
		t.Errorf("respond %+v, want %+v", asked.Respond, want)
	}
	want = &engine.Response{
		Delay: engine.Delay{Duration: engine.Fixed(time.Second)}, Probability: pointer(0.5),
		RateLimit: &engine.RateLimit{Per: 5 * time.Second, Requests: 1},
	}
	if !reflect.DeepEqual(asked.Polled, want) {
		t.Errorf("polled %+v, want %+v", asked.Polled, want)
	}
	if last := flow.Steps[1]; last.Respond != nil || last.Polled.Fault != engine.FaultTruncatedBody {
		t.Errorf("only polled is written, and compiled as %+v and %+v", last.Respond, last.Polled)
	}
	if c := asked.Challenge; c.Shows != "TAN ${word}" || c.ChangesEvery.Max != 3*time.Second {
		t.Errorf("challenge %+v", c)
	}
}

func TestAnImportAwaitsAStep(t *testing.T) {
	t.Parallel()
	flow := find(t, goodConfig(t), "wire").Flow
	point := flow.Import.Points[0]
	if point.Await == nil || flow.Steps[*point.Await].Name != "confirm" {
		t.Fatalf("the point awaits %v of %+v", point.Await, flow.Steps)
	}
	if point.Respond.Fault != engine.FaultConnectionReset || *point.Respond.Probability != 1 {
		t.Errorf("respond %+v", point.Respond)
	}
	if body := flow.Steps[*point.Await].Respond; *body.Body != "a <b>" || body.JSON {
		t.Errorf("body %+v", body)
	}
}

func TestFaultsAreCompiled(t *testing.T) {
	t.Parallel()
	var got []string
	for _, fault := range goodConfig(t).Rules.Faults {
		got = append(got, fmt.Sprint(fault.Name, " ", fault.Endpoint, " ", fault.When.Username.String(), " ", fault.Response.HTTPStatus,
			" ", fault.Response.Delay.Median, " ", fault.Response.Delay.Sigma, " ", fault.Source.Line > 0))
	}
	want := []string{
		"banks-1 banks any 503 0s 0 true", `slow-logins authenticate "slow" 0 2s 0.5 true`, `slow-logins connect "slow" 0 2s 0.5 true`,
		"banks-2 banks any 0 0s 0 true",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("faults %q, want %q", got, want)
	}
}
