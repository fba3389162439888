package scenariotest

import (
	"context"

	"github.com/mockbank/mockbank/engine"
)

// ofTests are the fields of an answer that no client gets.
var ofTests = []string{"scenario", "respond", "history", "location", "problem"}

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
