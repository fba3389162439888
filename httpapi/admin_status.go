package httpapi

import (
	"net/http"
)

// statusBody is what a node tells of itself.
type statusBody struct {
	Generation int64      `json:"generation"`
	Hash       string     `json:"hash"`
	Files      []string   `json:"files"`
	LoadedAt   string     `json:"loaded_at"`
	LastReload reloadBody `json:"last_reload"`
	// WatchProblem says why saved files are not seen at once; null where they are.
	WatchProblem *string `json:"watch_problem"`
	// BasePath is where the bank's API is, and Naming how it writes its members: snake_case or camel_case.
	BasePath string  `json:"base_path"`
	Naming   string  `json:"naming"`
	Database string  `json:"database"`
	Node     string  `json:"node"`
	Version  string  `json:"version"`
	Commit   *string `json:"commit"`
	Date     *string `json:"date"`
	// Nodes are all on the database, this one included.
	Nodes []nodeBody `json:"nodes"`
}

// reloadBody tells how a reload went.
type reloadBody struct {
	Result     string        `json:"result"`
	Trigger    string        `json:"trigger"`
	At         string        `json:"at"`
	TookMS     float64       `json:"took_ms"`
	Generation int64         `json:"generation"`
	Hash       string        `json:"hash"`
	Problems   []problemBody `json:"problems"`
}

// problemBody is something wrong in a configuration file.
type problemBody struct {
	File     string  `json:"file"`
	Line     *int    `json:"line"`
	Column   *int    `json:"column"`
	Severity string  `json:"severity"`
	Code     string  `json:"code"`
	Message  string  `json:"message"`
	Hint     *string `json:"hint"`
}

func showStatus(x *exchange) error {
	rules, status := x.api.bank.Rules(), x.api.configuration.Status()
	x.compose(http.StatusOK, &statusBody{
		Generation: rules.Generation, Hash: rules.Hash, Files: listed(status.Files),
		LoadedAt: stamp(status.LoadedAt), LastReload: x.reloadBody(&status.Last),
		WatchProblem: errorOrNull(status.Unwatched),
		BasePath:     x.api.config.BasePath, Naming: x.api.config.naming(),
		Database: x.api.config.Database, Node: x.api.config.Node, Version: x.api.config.Version,
		Commit: textOrNull(x.api.config.Commit), Date: textOrNull(x.api.config.Date),
		Nodes: x.api.nodes(),
	})
	return nil
}

// reload reloads now. A configuration that is refused is a problem, with all of its own.
func reload(x *exchange) error {
	outcome, err := x.api.configuration.Reload(x.context())
	if err != nil {
		return err
	}
	body := x.reloadBody(&outcome)
	if outcome.Result == ReloadRefused {
		r := refuse(codeConfigurationFailed, "the configuration has %d problems; the last good one keeps serving", len(outcome.Problems))
		r.reload = &body
		return r
	}
	x.compose(http.StatusOK, &body)
	return nil
}

// reloadBody tells of the outcome, and of the rule set that is live after it.
func (x *exchange) reloadBody(outcome *ReloadOutcome) reloadBody {
	rules := x.api.bank.Rules()
	body := reloadBody{
		Result: outcome.Result, Trigger: outcome.Trigger, At: stamp(outcome.At),
		TookMS:     float64(outcome.Took.Microseconds()) / 1000,
		Generation: rules.Generation, Hash: rules.Hash,
		Problems: problemBodies(outcome.Problems),
	}
	return body
}

func problemBodies(problems []ConfigurationProblem) []problemBody {
	bodies := make([]problemBody, len(problems))
	for i, p := range problems {
		bodies[i] = problemBody{
			File: p.File, Line: positionOrNull(p.Line), Column: positionOrNull(p.Column),
			Severity: p.Severity, Code: p.Code, Message: p.Message, Hint: textOrNull(p.Hint),
		}
	}
	return bodies
}

func errorOrNull(err error) *string {
	if err == nil {
		return nil
	}
	return new(err.Error())
}

func positionOrNull(position int) *int {
	if position < 1 {
		return nil
	}
	return &position
}
