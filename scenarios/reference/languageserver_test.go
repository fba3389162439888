package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// installing keeps tests from installing the server at the same time.
var installing sync.Mutex

// serverFolder installs yaml-language-server, at the version that the lock file pins, into a cache
// beside other tools' and returns the folder.
func serverFolder(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("MISSING: " + program + ", which runs the YAML language server (Debian: nodejs, npm)")
		}
	}
	installing.Lock()
	defer installing.Unlock()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	lock, err := os.ReadFile("testdata/languageserver/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(cache, "mockbank", "yaml-language-server")
	if installed, err := os.ReadFile(filepath.Join(folder, "installed.json")); err == nil && string(installed) == string(lock) {
		return folder
	}
	install(t, folder)
	if err := os.WriteFile(filepath.Join(folder, "installed.json"), lock, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func install(t *testing.T, folder string) {
	t.Helper()
	err := errors.Join(os.RemoveAll(folder), os.CopyFS(folder, os.DirFS("testdata/languageserver")))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	npm := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	npm.Dir = folder
	if said, err := npm.CombinedOutput(); err != nil {
		t.Logf("npm ci: %v\n%s", err, said)
		t.Skip("MISSING: a package registry that has yaml-language-server")
	}
}

// fileURL is a file's address, as editors write it.
func fileURL(t *testing.T, name string) string {
	t.Helper()
	full, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(full)}).String()
}

// editor starts the server with the schema for all YAML files, as an editor's settings do.
func editor(t *testing.T) *languageServer {
	t.Helper()
	script := filepath.Join(serverFolder(t), "node_modules/yaml-language-server/bin/yaml-language-server")
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(stop)
	server := startLanguageServer(t, ctx, map[string]any{"yaml": map[string]any{
		"schemas":     map[string]any{fileURL(t, "../schema.json"): "*.yaml"},
		"schemaStore": map[string]any{"enable": false},
		"validate":    true, "hover": true, "completion": true,
	}}, "node", script, "--stdio")
	ready := fileURL(t, "ready.yaml") // once it flags this, it has the settings and the schema
	server.open(ready, "no_such_key: 1\n")
	server.awaitProblems(ready, func(found []problem) bool { return len(found) > 0 })
	return server
}

// open shows the server a document. A ‸ in it is the cursor, whose place is returned.
func (s *languageServer) open(document, text string) position {
	s.t.Helper()
	before, after, found := strings.Cut(text, "‸")
	s.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": document, "languageId": "yaml", "version": 1, "text": before + after,
	}})
	if !found {
		return position{}
	}
	return position{Line: strings.Count(before, "\n"), Character: len(before) - strings.LastIndex(before, "\n") - 1}
}

func at(document string, position position) map[string]any {
	return map[string]any{"textDocument": map[string]any{"uri": document}, "position": position}
}

type completion struct {
	Label         string          `json:"label"`
	Documentation json.RawMessage `json:"documentation"`
}

func (s *languageServer) complete(document string, position position) []completion {
	s.t.Helper()
	var found struct {
		Items []completion `json:"items"`
	}
	if err := json.Unmarshal(s.request("textDocument/completion", at(document, position)), &found); err != nil {
		s.t.Fatal(err)
	}
	return found.Items
}

func (s *languageServer) hover(document string, position position) string {
	s.t.Helper()
	var found struct {
		Contents struct {
			Value string `json:"value"`
		} `json:"contents"`
	}
	if err := json.Unmarshal(s.request("textDocument/hover", at(document, position)), &found); err != nil {
		s.t.Fatal(err)
	}
	return found.Contents.Value
}

const opening = "banks: [{slug: MockBank}]\nscenarios:\n  - name: one\n"

func TestEditorCompletes(t *testing.T) {
	t.Parallel()
	server := editor(t)
	for _, c := range []struct {
		name, text string
		want       []string
		says       string
	}{
		{"the keys of a file", "ban‸", []string{"banks"}, "Banks that clients can choose"},
		{"the keys of a scenario", opening + "    auth‸", []string{"authentication"}, "The step that a login starts in"},
		{"the statuses", opening + "    authentication: ‸", []string{"AUTHENTICATED", "REDIRECT_REQUIRED", "DECOUPLED_AUTH_REQUIRED"}, "The login succeeded"},
		{"the statuses of a step", opening + "    authentication:\n      status: ‸", []string{"CHALLENGE_RESPONSE_REQUIRED", "AUTHENTICATION_FAILED"}, "such as a TAN"},
		{"the keys of a step", opening + "    authentication:\n      status: REDIRECT_REQUIRED\n      ‸", []string{"next", "expires_after", "challenge"}, "holds the ways out"},
		{"the events", opening + "    authentication:\n      status: REDIRECT_REQUIRED\n      next:\n        - ‸", []string{"after", "redirect", "approval", "challenge_response"}, "The time in this step"},
		{"the outcomes", opening + "    authentication: AUTHENTICATED\n    import:\n      outcome: ‸", []string{"SUCCESS", "FAILED_WITH_ERROR", "never"}, "at 100 %"},
	} {
		document := fileURL(t, "complete-"+strings.ReplaceAll(c.name, " ", "-")+".yaml")
		items := server.complete(document, server.open(document, c.text))
		var labels []string
		said := ""
		for _, item := range items {
			labels = append(labels, item.Label)
			said += string(item.Documentation)
		}
		for _, want := range c.want {
			if !slices.Contains(labels, want) {
				t.Errorf("%s: %q is missing from %q", c.name, want, labels)
			}
		}
		if !strings.Contains(said, c.says) {
			t.Errorf("%s: the documentation does not say %q: %s", c.name, c.says, said)
		}
	}
}

func TestEditorShowsDocumentation(t *testing.T) {
	t.Parallel()
	server := editor(t)
	for _, c := range []struct{ name, text, want string }{
		{"key", opening + "    authen‸tication: AUTHENTICATED\n", "The step that a login starts in."},
		{"key with shapes", opening + "    authentication: AUTHENTICATED\n    imp‸ort: {takes: 1s}\n", "What the connection made from this login does."},
		{"deep key", opening + "    authentication: {status: REDIRECT_REQUIRED, expires_a‸fter: 5s}\n", "ends the step as AUTHENTICATION"},
		{"default", opening + "    authentication: AUTHENTICATED\nserver: {log_lev‸el: info}\n", "Default: info."},
		{"status", opening + "    authentication: {status: REDIREC‸T_REQUIRED}\n", "on the bank's own page"},
	} {
		document := fileURL(t, "hover-"+strings.ReplaceAll(c.name, " ", "-")+".yaml")
		said := server.hover(document, server.open(document, c.text))
		if !strings.Contains(strings.NewReplacer(`\`, "", "`", "").Replace(said), c.want) {
			t.Errorf("%s: the hover does not say %q:\n%s", c.name, c.want, said)
		}
	}
}

func TestEditorFlagsMistakes(t *testing.T) {
	t.Parallel()
	server := editor(t)
	for _, name := range files(t, "testdata/refused") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		document := fileURL(t, name)
		server.open(document, string(text))
		server.awaitProblems(document, func(found []problem) bool { return len(found) > 0 })
	}
	for _, name := range files(t, "testdata/accepted", "../../mockbank.yaml") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		document := fileURL(t, name)
		server.open(document, string(text))
		if found := server.awaitProblems(document, func([]problem) bool { return true }); len(found) > 0 {
			t.Errorf("%s: the editor flags %v", name, found)
		}
	}
}
