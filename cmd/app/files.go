package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"unicode/utf8"

	"github.com/mockbank/mockbank/httpapi"
	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/edit"
)

// files are the configuration's files, as the HTTP layer edits them.
type files struct {
	editor        *edit.Files
	configuration *configuration
}

func (a *App) files(path string) *files {
	return &files{edit.NewFiles(path, loadOptions()), a.configuration}
}

// loaded are the files of the configuration that is live.
func (f *files) loaded() []string { return f.configuration.Status().Files }

// ListFiles implements httpapi.Files.
func (f *files) ListFiles() []httpapi.ConfigurationFile {
	var all []httpapi.ConfigurationFile
	for _, file := range f.editor.List(f.loaded()) {
		all = append(all, httpapi.ConfigurationFile{Path: file.Path, Bytes: file.Bytes, Main: file.Main, Test: file.Test})
	}
	return all
}

// ReadFile implements httpapi.Files.
func (f *files) ReadFile(path string) (text, tag string, err error) {
	text, err = f.editor.Read(path, f.loaded())
	return text, edit.Tag(text), fileError(err)
}

// PreviousFile implements httpapi.Files.
func (f *files) PreviousFile(path string) string {
	text, _ := f.editor.Before(path)
	return text
}

// WriteFile implements httpapi.Files.
func (f *files) WriteFile(ctx context.Context, path, text, tag string) (string, []httpapi.ConfigurationProblem, error) {
	report, err := f.editor.Write(ctx, path, text, tag, f.loaded())
	if err != nil {
		return "", nil, fileError(err)
	}
	problems := describeProblems(report)
	if report.HasErrors() {
		return "", problems, nil
	}
	return edit.Tag(text), problems, nil
}

// Diagnose implements httpapi.Files.
func (f *files) Diagnose(ctx context.Context, path, text string) []httpapi.ConfigurationProblem {
	return describeProblems(f.editor.Diagnose(ctx, f.orMain(path), text))
}

// orMain is the path, or that of the main file where none is said.
func (f *files) orMain(path string) string {
	if path != "" {
		return path
	}
	for _, file := range f.editor.List(f.loaded()) {
		if file.Main {
			return file.Path
		}
	}
	return "mockbank.yaml"
}

// WithScenario implements httpapi.Files.
func (f *files) WithScenario(ctx context.Context, name, bank, username, password string) (path, text string, line int, err error) {
	path = f.orMain("")
	added, report, err := f.editor.Add(ctx, path, edit.Addition{Name: name, Bank: bank, Username: username, Password: password})
	switch {
	case err != nil:
		return "", "", 0, err
	case added == nil:
		return "", "", 0, fmt.Errorf("the configuration has %d errors: fix them first", report.Errors())
	}
	return path, added.Text, added.Line, nil
}

// Complete implements httpapi.Files.
func (f *files) Complete(_, text string, offset int) []httpapi.Completion {
	var all []httpapi.Completion
	found, err := edit.Complete(scenarios.Schema(), text, bytesOf(text, offset))
	if err != nil {
		return nil // the schema is the binary's own, and tested
	}
	for _, c := range found {
		all = append(all, httpapi.Completion{
			Label: c.Label, Insert: c.Insert, Kind: c.Kind, Detail: c.Detail,
			From: utf8.RuneCountInString(text[:c.From]), To: utf8.RuneCountInString(text[:c.To]),
		})
	}
	return all
}

// bytesOf returns how many bytes the first characters of the text take.
func bytesOf(text string, characters int) int {
	for i := range text {
		if characters == 0 {
			return i
		}
		characters--
	}
	return len(text)
}

// fileError is an error of the editor in the HTTP layer's words.
func fileError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, edit.ErrNotEditable), errors.Is(err, fs.ErrNotExist):
		return httpapi.ErrFileUnknown
	case errors.Is(err, edit.ErrChanged), errors.Is(err, fs.ErrExist):
		return httpapi.ErrFileChanged
	case errors.Is(err, edit.ErrTooLarge):
		return httpapi.ErrFileTooLarge
	}
	return err
}
