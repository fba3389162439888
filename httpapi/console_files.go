package httpapi

import (
	"context"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/console"
)

// guardConsoleEditor lets the editor's own page ask.
func guardConsoleEditor(x *exchange) error {
	if err := guardConsole(x); err != nil {
		return err
	}
	if err := x.api.crossOrigin.Check(x.r); err != nil {
		return refuse(codeCrossOrigin, "the request was not sent from this console's own page")
	}
	return nil
}

// guardConsoleWriter lets the editor's own page write, unless the console only shows.
func guardConsoleWriter(x *exchange) error {
	if err := guardConsoleEditor(x); err != nil {
		return err
	}
	if x.api.config.Console == ConsoleReadOnly {
		return refuse(codeReadOnly, "the configuration says server.console: read_only")
	}
	return nil
}

// changeSession creates, resets or deletes a session for the console.
func (a *api) changeSession(ctx context.Context, action, id string) error {
	var err error
	switch action {
	case "create":
		_, err = a.sessions.Create(ctx, engine.NewSession{ID: id})
	case "reset":
		if _, err = a.sessions.Reset(ctx, id); err == nil {
			a.forgetJournal(id)
		}
	case "delete":
		if _, err = a.sessions.Delete(ctx, id); err == nil {
			a.forgetJournal(id)
			a.coverage.Forget(id)
		}
	}
	return err
}

// consoleFiles are the configuration's files as the console shows them, nil where there are none.
func (a *api) consoleFiles() console.Files {
	if a.config.Files == nil {
		return nil
	}
	return &consoleFiles{a}
}

type consoleFiles struct{ api *api }

// Paths implements [console.Files].
func (f *consoleFiles) Paths() []string {
	var main, others []string
	for _, file := range f.api.config.Files.ListFiles() {
		if file.Main {
			main = append(main, file.Path)
		} else {
			others = append(others, file.Path)
		}
	}
	return append(main, others...)
}

// PathOf implements [console.Files].
func (f *consoleFiles) PathOf(name string) string {
	best := ""
	for _, file := range f.api.config.Files.ListFiles() {
		if (name == file.Path || strings.HasSuffix(name, "/"+file.Path)) && len(file.Path) > len(best) {
			best = file.Path
		}
	}
	return best
}

// Read implements [console.Files].
func (f *consoleFiles) Read(path string) (text, tag, before string, err error) {
	text, tag, err = f.api.config.Files.ReadFile(path)
	if err != nil {
		return "", "", "", refuse(engine.CodeNotFound, "the configuration has no such file")
	}
	return text, tag, f.api.config.Files.PreviousFile(path), nil
}

// WithScenario implements [console.Files].
func (f *consoleFiles) WithScenario(ctx context.Context, name, bank, username, password string) (path, text string, line int, err error) {
	return f.api.config.Files.WithScenario(ctx, name, bank, username, password)
}
