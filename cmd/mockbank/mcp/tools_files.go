package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/mockbank/mockbank/scenarios/edit"
)

func (t *tools) addFiles() {
	add(t, "list_files", reads, "The files of the configuration and their tests, which alone can be read and written.", t.listFiles)
	add(t, "read_file", reads, "A file's text. Secrets that are written in it are shown as "+edit.Hidden+".", t.readFile)
	add(t, "validate_file", reads, "What would be wrong with the configuration if a file had this text. Nothing is written.",
		t.validateFile)
	add(t, "write_scenario", changes, "Put one scenario into a file: in the place of the one of its name, else ahead of the catch-all. "+
		"The whole configuration is checked first; with mistakes nothing is written. The bank plays it at once.", t.writeScenario)
	add(t, "edit_file", changes, "Replace a text that occurs once in a file by another. Checked first, as with write_scenario.", t.editFile)
	add(t, "create_file", changes, "Write a file of the configuration that is not there yet, or a file of tests (NAME_test.yaml). "+
		"Checked first.", t.createFile)
}

func filePath(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return "/files/" + strings.Join(parts, "/")
}

// configurationFile is a file that can be edited.
type configurationFile struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
	Main  bool   `json:"main"`
	Test  bool   `json:"test"`
}

func (t *tools) files(ctx context.Context) ([]configurationFile, error) {
	answer, err := t.bank.admin(ctx, "GET", "/files", nil, nil)
	if err != nil {
		return nil, err
	}
	var body struct{ Files []configurationFile }
	err = json.Unmarshal(answer, &body)
	return body.Files, err
}

func (t *tools) listFiles(ctx context.Context, _ *nothing) (any, error) {
	files, err := t.files(ctx)
	return map[string]any{"files": files}, err
}

// text returns a file's text and the tag that a change of it must bear; path may be empty, for the main file.
func (t *tools) text(ctx context.Context, path *string) (text, tag string, err error) {
	if *path == "" {
		files, err := t.files(ctx)
		if err != nil {
			return "", "", err
		}
		for _, file := range files {
			if file.Main {
				*path = file.Path
			}
		}
	}
	answer, err := t.bank.send(ctx, &request{method: "GET", path: "/admin/v1" + filePath(*path)})
	if err != nil {
		return "", "", err
	}
	return string(answer.body), answer.header.Get("ETag"), answer.refusal()
}

type fileIn struct {
	Path string `json:"path,omitempty" jsonschema:"as list_files shows it; the main file where it is left out"`
}

func (t *tools) readFile(ctx context.Context, in *fileIn) (any, error) {
	text, _, err := t.text(ctx, &in.Path)
	if err != nil {
		return nil, err
	}
	return edit.HideSecrets(text)
}

type validateIn struct {
	Path string `json:"path,omitempty" jsonschema:"the file that would have the text; the main file where it is left out"`
	Text string `json:"text" jsonschema:"the whole text of the file"`
}

// checked is what is wrong with a text.
type checked struct {
	// Written says that it is in the file now, and the bank plays it.
	Written bool `json:"written"`
	// Note says what else there is to know.
	Note        string       `json:"note,omitempty"`
	Diagnostics []diagnostic `json:"diagnostics"`
}

func (t *tools) validateFile(ctx context.Context, in *validateIn) (any, error) {
	return t.check(ctx, in.Path, in.Text, "")
}

func (t *tools) check(ctx context.Context, path, text, note string) (*checked, error) {
	answer, err := t.bank.admin(ctx, "POST", "/diagnose", nil, map[string]any{"path": path, "text": text})
	if err != nil {
		return nil, err
	}
	found := &checked{Note: note}
	return found, json.Unmarshal(answer, found)
}

type scenarioIn struct {
	Scenario string `json:"scenario" jsonschema:"the scenario as YAML: a mapping with name, when, authentication and the rest"`
	Path     string `json:"path,omitempty" jsonschema:"the file to put it into; the main file where it is left out"`
	Before   string `json:"before,omitempty" jsonschema:"the scenario of the same file to put a new one ahead of, since the first that fits answers; ahead of a last one that takes every password where it is left out"`
	DryRun   bool   `json:"dry_run,omitempty" jsonschema:"only check it"`
}

func (t *tools) writeScenario(ctx context.Context, in *scenarioIn) (any, error) {
	text, tag, err := t.text(ctx, &in.Path)
	if err != nil {
		return nil, err
	}
	placed, err := edit.Put(text, in.Scenario, in.Before)
	if err != nil {
		return nil, err
	}
	note := fmt.Sprintf("%q stands at the end of %s", placed.Name, in.Path)
	switch {
	case placed.Replaced:
		note = fmt.Sprintf("%q replaces the one of its name in %s", placed.Name, in.Path)
	case placed.Before != "":
		note = fmt.Sprintf("%q stands ahead of %q in %s", placed.Name, placed.Before, in.Path)
	}
	return t.write(ctx, &writing{in.Path, placed.Text, tag, note, in.DryRun})
}

type editIn struct {
	Path   string `json:"path,omitempty" jsonschema:"the main file where it is left out"`
	Old    string `json:"old" jsonschema:"the text to replace, which occurs once, with its spaces and line ends"`
	New    string `json:"new"`
	DryRun bool   `json:"dry_run,omitempty" jsonschema:"only check it"`
}

func (t *tools) editFile(ctx context.Context, in *editIn) (any, error) {
	text, tag, err := t.text(ctx, &in.Path)
	if err != nil {
		return nil, err
	}
	if count := strings.Count(text, in.Old); count != 1 || in.Old == "" {
		return nil, fmt.Errorf("the text to replace occurs %d times in %s: give one that occurs once", count, in.Path)
	}
	return t.write(ctx, &writing{in.Path, strings.Replace(text, in.Old, in.New, 1), tag, "", in.DryRun})
}

type newFileIn struct {
	Path   string `json:"path" jsonschema:"relative to the configuration's folder"`
	Text   string `json:"text"`
	DryRun bool   `json:"dry_run,omitempty" jsonschema:"only check it"`
}

func (t *tools) createFile(ctx context.Context, in *newFileIn) (any, error) {
	return t.write(ctx, &writing{in.Path, in.Text, "", "", in.DryRun})
}

// writing is a text that a file is to have.
type writing struct {
	path, text string
	// tag is that of the text which it was made of, "" where there is no file yet.
	tag    string
	note   string
	dryRun bool
}

// write gives a file a text where it is as it was when the text was made, and the configuration is in order with it.
func (t *tools) write(ctx context.Context, w *writing) (*checked, error) {
	if strings.Contains(w.text, edit.Hidden) {
		return nil,
			errors.New(edit.Hidden + " stands for a secret that is not shown: leave that line as it is, by edit_file or write_scenario")
	}
	if w.dryRun {
		return t.check(ctx, w.path, w.text, w.note)
	}
	condition := map[string]string{"If-Match": w.tag}
	if w.tag == "" {
		condition = map[string]string{"If-None-Match": "*"}
	}
	answer, err := t.bank.send(ctx, &request{
		method: http.MethodPut, path: "/admin/v1" + filePath(w.path), body: map[string]any{"text": w.text}, header: condition,
	})
	if err != nil {
		return nil, err
	}
	if err := answer.refusal(); err != nil {
		return nil, err
	}
	var body struct {
		Reload struct{ Problems []diagnostic }
	}
	if err := json.Unmarshal(answer.body, &body); err != nil {
		return nil, err
	}
	return &checked{Written: true, Note: w.note, Diagnostics: body.Reload.Problems}, nil
}
