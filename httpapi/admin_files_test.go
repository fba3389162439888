package httpapi

import (
	"context"
	"strings"
	"testing"
)

// oneFile is a configuration of one file, and its tests.
type oneFile struct{ text string }

func (f *oneFile) ListFiles() []ConfigurationFile {
	return []ConfigurationFile{{Path: "bank.yaml", Bytes: int64(len(f.text)), Main: true}}
}

func (f *oneFile) ReadFile(path string) (text, tag string, err error) {
	if path != "bank.yaml" {
		return "", "", ErrFileUnknown
	}
	return f.text, "tag-" + f.text[:1], nil
}

func (f *oneFile) PreviousFile(string) string { return "" }

func (f *oneFile) WriteFile(_ context.Context, path, text, tag string) (string, []ConfigurationProblem, error) {
	_, now, err := f.ReadFile(path)
	switch {
	case err != nil && !strings.HasSuffix(path, "_test.yaml"):
		return "", nil, err
	case err == nil && now != tag:
		return "", nil, ErrFileChanged
	case strings.HasPrefix(text, "!"):
		return "", []ConfigurationProblem{{File: path, Line: 1, Column: 1, Severity: "error", Code: "bad", Message: "it is bad"}}, nil
	}
	f.text = text
	return "tag-" + text[:1], nil, nil
}

func (f *oneFile) Diagnose(_ context.Context, path, text string) []ConfigurationProblem {
	if text == "good" {
		return nil
	}
	return []ConfigurationProblem{{File: path, Severity: "error", Code: "bad", Message: "it is bad"}}
}

func (f *oneFile) WithScenario(_ context.Context, name, bank, username, password string) (path, text string, line int, err error) {
	return "bank.yaml", f.text + "# " + strings.Join([]string{name, bank, username, password}, " ") + "\n", 2, nil
}

func (f *oneFile) Complete(_, text string, offset int) []Completion {
	return []Completion{{Label: text, Insert: text + ": ", Kind: "key", To: offset}}
}

func withFile(text string) (*oneFile, func(*Config)) {
	f := &oneFile{text}
	return f, func(c *Config) { c.Files = f }
}

func TestFilesAreRead(t *testing.T) {
	t.Parallel()
	_, with := withFile("a: b\n")
	s := start(t, with)
	if got := s.get("/admin/v1/files", loopback).want(200); got.text("files.0.path") != "bank.yaml" {
		t.Error(got.Body)
	}
	got := s.get("/admin/v1/files/bank.yaml", loopback).want(200)
	if got.Body.String() != "a: b\n" || got.Header().Get("ETag") != `"tag-a"` {
		t.Errorf("%q, %v", got.Body, got.Header())
	}
	s.get("/admin/v1/files/other.yaml", loopback).wantProblem(404, "not_found")
	s.get("/admin/v1/files/bank.yaml", from("10.0.0.7:1", "localhost")).wantProblem(403, codeLoopbackOnly)
	start(t).get("/admin/v1/files", loopback).wantProblem(404, codeUnknownPath)
}

func TestFilesAreWritten(t *testing.T) {
	t.Parallel()
	f, with := withFile("a: b\n")
	s := start(t, with)
	yaml := header("Content-Type", "application/yaml")
	put := func(path, text string, changes ...request) answered {
		return s.send("PUT", "/admin/v1/files/"+path, text, append([]request{loopback, yaml}, changes...)...)
	}
	put("bank.yaml", "b: c\n").wantProblem(428, codePreconditionRequired)
	put("bank.yaml", "b: c\n", header("If-Match", `"old"`)).wantProblem(412, codeFileChanged)
	refused := put("bank.yaml", "! c\n", header("If-Match", `"tag-a"`)).wantProblem(422, codeConfigurationFailed)
	if refused.text("reload.problems.0.message") != "it is bad" || f.text != "a: b\n" {
		t.Errorf("%s, %q", refused.Body, f.text)
	}
	written := put("bank.yaml", "b: c\n", header("If-Match", `"tag-a"`)).want(200)
	if written.Header().Get("ETag") != `"tag-b"` || written.text("reload.result") != ReloadApplied || f.text != "b: c\n" {
		t.Errorf("%s %v %q", written.Body, written.Header(), f.text)
	}
	put("bank.yaml", "c: d\n", header("If-Match", "*")).want(200)
	put("bank.yaml", object("text", "d: e\n"), header("If-Match", "*"), header("Content-Type", "application/json")).want(200)
	if f.text != "d: e\n" {
		t.Errorf("%q", f.text)
	}
	put("bank_test.yaml", "tests: []\n", header("If-None-Match", "*")).want(201)
	put("other.yaml", "a: b\n").wantProblem(404, "not_found")
	put("bank.yaml", "\xff", header("If-Match", "*")).wantProblem(400, codeUnreadableBody)
	put("bank.yaml", "x: y\n", header("If-Match", "*"), header("Sec-Fetch-Site", "cross-site")).wantProblem(403, codeCrossOrigin)
	reading := start(t, with, func(c *Config) { c.Console = ConsoleReadOnly })
	reading.send("PUT", "/admin/v1/files/bank.yaml", "x: y\n", loopback, yaml, header("If-Match", "*")).wantProblem(403, codeReadOnly)
}

func TestTextsAreDiagnosedAndCompleted(t *testing.T) {
	t.Parallel()
	_, with := withFile("a: b\n")
	s := start(t, with)
	if got := s.send("POST", "/admin/v1/diagnose", object("text", "good"), loopback).want(200); got.Body.String() != "{\"diagnostics\":[]}\n" {
		t.Errorf("%q", got.Body)
	}
	if got := s.send("POST", "/admin/v1/diagnose", object("text", "bad", "path", "bank.yaml"), loopback).want(200); got.text("diagnostics.0.code") != "bad" {
		t.Error(got.Body)
	}
	s.send("POST", "/admin/v1/diagnose", "{}", loopback).wantProblem(422, codeInvalidFields)
	got := s.send("POST", "/admin/v1/complete", `{"text": "ver", "offset": 3}`, loopback).want(200)
	if got.text("completions.0.label") != "ver" || got.field("completions.0.to") != 3.0 {
		t.Error(got.Body)
	}
	s.send("POST", "/admin/v1/complete", `{"text": "ver"}`, loopback).wantProblem(422, codeInvalidFields)
	long := strings.Repeat("# comment\n", 200_000) // more than most bodies may have
	s.send("POST", "/admin/v1/diagnose", object("text", long), loopback).want(200)
}
