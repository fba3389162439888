package scenariotest

import (
	"context"
	"encoding/json"

	"github.com/mockbank/mockbank/engine"
)

// ofTests are the fields of an answer that no client gets.
var ofTests = []string{"scenario", "respond", "history", "location"}

// patched returns an answer's fields with what the scenario sets and removes on the wire.
func patched(fields map[string]any, shape *engine.Shape, values engine.Values) (map[string]any, error) {
	if shape == nil {
		return fields, nil
	}
	resolved := shape.Resolve(values)
	fields["respond"] = shapeFields(&resolved)
	if !resolved.Refers() {
		return fields, nil
	}
	own := map[string]any{}
	for _, name := range ofTests {
		if value, has := fields[name]; has {
			own[name] = value
			delete(fields, name)
		}
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	if err := json.Unmarshal(resolved.Patched(body), &out); err != nil {
		return nil, err
	}
	for name, value := range own {
		out[name] = value
	}
	return out, nil
}

// processValues are what texts of a process's answer may refer to.
func (s *bankStage) processValues(ctx context.Context, state *engine.ProcessState) engine.Values {
	return engine.Values{
		"process_id": state.ID, "connection_id": textOrNil(state.ConnectionID), "status": string(state.Status), "progress": nil,
		"username": state.Username, "state": textOrNil(state.State), "now": s.nowOf(ctx, state.Session),
	}
}

// connectionValues are what texts of a connection's answer may refer to.
func (s *bankStage) connectionValues(ctx context.Context, state *engine.ConnectionState) engine.Values {
	values := engine.Values{
		"process_id": state.ProcessID, "connection_id": state.ID, "status": string(state.Status), "progress": state.Progress,
		"username": state.Username, "state": nil, "now": s.nowOf(ctx, state.Session),
	}
	if process, err := s.bank.Process(ctx, state.ProcessID); err == nil {
		values["state"] = textOrNil(process.State)
	}
	return values
}

func (s *bankStage) nowOf(ctx context.Context, session string) any {
	now, err := s.bank.Now(ctx, session)
	if err != nil {
		return nil
	}
	return engine.FormatTime(now)
}
