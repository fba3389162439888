package console

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// effect is what a fault does that a form can choose.
type effect struct {
	name string
	// members are those of the fault, as the scenario language has them.
	members map[string]any
}

var effects = []effect{
	{"refused_503", map[string]any{"http_status": 503, "processed": false, "retry_after": "30s"}},
	{"failed_500", map[string]any{"http_status": 500}},
	{"limited_429", map[string]any{"http_status": 429, "processed": false, "retry_after": "30s"}},
	{"slow_5s", map[string]any{"delay": "5s"}},
	{"slow_60s", map[string]any{"delay": "60s"}},
	{"cut", map[string]any{"fault": string(engine.FaultConnectionReset)}},
	{"truncated", map[string]any{"fault": string(engine.FaultTruncatedBody)}},
	{"malformed", map[string]any{"fault": string(engine.FaultMalformedJSON)}},
}

func faultEffects() []string {
	var names []string
	for i := range effects {
		names = append(names, effects[i].name)
	}
	return names
}

// addFault returns the session's faults with the one that the form describes. Those that were there go on as they are.
func (p *page) addFault(session string) ([]engine.SessionFault, []Problem, error) {
	chosen := slices.IndexFunc(effects, func(e effect) bool { return e.name == p.r.PostFormValue("effect") })
	if chosen < 0 {
		return nil, []Problem{{Message: p.say("fault.no_action")}}, nil
	}
	kept, err := p.faultsWithout(session, "")
	if err != nil {
		return nil, nil, err
	}
	endpoint := p.r.PostFormValue("endpoint")
	written := map[string]any{"name": freeFaultName(kept, endpoint), "endpoint": endpoint}
	for name, value := range effects[chosen].members {
		written[name] = value
	}
	if lasts := p.r.PostFormValue("lasts"); lasts != "" {
		written["lasts"] = lasts
	}
	text, err := json.Marshal([]any{written})
	if err != nil {
		return nil, nil, err
	}
	added, problems := p.config.CompileFaults(string(text))
	return append(kept, added...), problems, nil
}

// freeFaultName is a name that no fault of the session has.
func freeFaultName(faults []engine.SessionFault, endpoint string) string {
	for n := 1; ; n++ {
		name := fmt.Sprintf("console-%s-%d", endpoint, n)
		if !slices.ContainsFunc(faults, func(f engine.SessionFault) bool { return f.Name == name }) {
			return name
		}
	}
}

// faultsWithout returns the session's faults that have not ended, but the one of a name. They end when they would have,
// and their counts go on.
func (p *page) faultsWithout(session, name string) ([]engine.SessionFault, error) {
	faults, err := p.config.Sessions.Faults(p.r.Context(), session)
	if engine.CodeOf(err) == engine.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var kept []engine.SessionFault
	for _, one := range faults {
		if one.Name != name {
			one.Lasts = 0 // until is known
			kept = append(kept, one)
		}
	}
	return kept, nil
}
