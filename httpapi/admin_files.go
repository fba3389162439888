package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/mockbank/mockbank/engine"
)

// Files are the files of the configuration, and their tests, for those who edit them by this server.
type Files interface {
	// ListFiles returns those that can be edited.
	ListFiles() []ConfigurationFile
	// ReadFile returns a file's text and its tag. It returns [ErrFileUnknown].
	ReadFile(path string) (text, tag string, err error)
	// PreviousFile returns what the file was before it was written last, "" where nobody wrote it here.
	PreviousFile(path string) string
	// WriteFile gives a file a new text where its tag is still the one that is given; "" stands for a file that is
	// not there yet. Where the text has errors it is not written, and the problems say why. It returns
	// [ErrFileUnknown], [ErrFileChanged] and [ErrFileTooLarge].
	WriteFile(ctx context.Context, path, text, tag string) (newTag string, problems []ConfigurationProblem, err error)
	// Diagnose reports what is wrong with the configuration, or its tests, if the file had this text.
	Diagnose(ctx context.Context, path, text string) []ConfigurationProblem
	// WithScenario returns the text of the main file with a scenario more that answers a login, and the line in
	// which that begins. Nothing is written.
	WithScenario(ctx context.Context, name, bank, username, password string) (path, text string, line int, err error)
	// Complete returns what may stand at an offset of the text, in characters.
	Complete(path, text string, offset int) []Completion
}

// The errors of [Files].
var (
	ErrFileUnknown  = errors.New("no file of the configuration")
	ErrFileChanged  = errors.New("the file has changed meanwhile")
	ErrFileTooLarge = errors.New("the file is too large")
)

// ConfigurationFile is a file that can be edited. Its path is relative to the configuration's folder.
type ConfigurationFile struct {
	Path  string
	Bytes int64
	// Main says that it is the one that the server was started with; Test that it holds tests.
	Main, Test bool
}

// Completion is what may be written at a place: Insert in place of the characters from From to To.
type Completion struct {
	Label, Insert, Kind, Detail string
	From, To                    int
}

// maxConfigurationFile is the largest file of a configuration, in bytes.
const maxConfigurationFile = 16 << 20

// largestFileBody is the largest body with a file in it: each character may be escaped.
const largestFileBody = 2*maxConfigurationFile + 4096

// guardFiles lets those write files who may use the admin API, unless the server only shows.
func guardFiles(x *exchange) error {
	if err := guardAdmin(x); err != nil {
		return err
	}
	if x.api.config.Console == ConsoleReadOnly {
		return refuse(codeReadOnly, "the configuration says server.console: read_only, so that its files are not changed by this server")
	}
	return nil
}

type filesBody struct {
	Files []fileBody `json:"files"`
}

// fileBody is a file of the configuration.
type fileBody struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
	Main  bool   `json:"main"`
	Test  bool   `json:"test"`
}

// writtenBody tells of a file that was written, and of the reload that followed.
type writtenBody struct {
	Path   string      `json:"path"`
	Bytes  int         `json:"bytes"`
	Reload *reloadBody `json:"reload"`
}

type diagnosticsBody struct {
	Diagnostics []problemBody `json:"diagnostics"`
}

type completionsBody struct {
	Completions []completionBody `json:"completions"`
}

// completionBody is a completion; From and To count characters.
type completionBody struct {
	Label  string  `json:"label"`
	Insert string  `json:"insert"`
	Kind   string  `json:"kind"`
	Detail *string `json:"detail"`
	From   int     `json:"from"`
	To     int     `json:"to"`
}

func (x *exchange) files() (Files, error) {
	if x.api.config.Files == nil {
		return nil, refuse(codeUnknownPath, "this server's configuration is not made of files")
	}
	return x.api.config.Files, nil
}

func listFiles(x *exchange) error {
	files, err := x.files()
	if err != nil {
		return err
	}
	body := &filesBody{Files: []fileBody{}}
	for _, file := range files.ListFiles() {
		body.Files = append(body.Files, fileBody(file))
	}
	x.compose(http.StatusOK, body)
	return nil
}

// showFile answers with a file's text, and its tag for who wants to write it.
func showFile(x *exchange) error {
	files, err := x.files()
	if err != nil {
		return err
	}
	text, tag, err := files.ReadFile(x.variable("path"))
	if err != nil {
		return x.fileRefused(err)
	}
	header := x.Header()
	header.Set("Content-Type", "application/yaml; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("ETag", quoteTag(tag))
	x.WriteHeader(http.StatusOK)
	if x.r.Method != http.MethodHead {
		_, _ = io.WriteString(x, text) // a client that went away is no fault of ours
	}
	return nil
}

func quoteTag(tag string) string { return `"` + tag + `"` }

// fileRefused tells of an error of [Files].
func (x *exchange) fileRefused(err error) error {
	switch {
	case errors.Is(err, ErrFileUnknown):
		return refuse(engine.CodeNotFound, "the configuration has no such file: GET %s/files lists those that can be read and written",
			adminPath)
	case errors.Is(err, ErrFileChanged):
		return refuse(codeFileChanged, "the file is not as you saw it last; read it again, and write what you want on top of that")
	case errors.Is(err, ErrFileTooLarge):
		return refuse(codeBodyTooLarge, "a file of the configuration has %d bytes at most", maxConfigurationFile)
	}
	return err
}

// writeFile gives a file a new text, and reloads the configuration.
func writeFile(x *exchange) error {
	files, err := x.files()
	if err != nil {
		return err
	}
	path := x.variable("path")
	tag, err := x.expectedTag(files, path)
	if err != nil {
		return err
	}
	text, err := x.fileText()
	if err != nil {
		return err
	}
	body, newTag, err := x.writeConfiguration(path, text, tag)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if tag == "" {
		status = http.StatusCreated
	}
	x.compose(status, body)
	x.answer.Header = append(x.answer.Header, headerField{"ETag", quoteTag(newTag)})
	return nil
}

// writeConfiguration writes a file and reloads. A text with errors is refused with its problems.
func (x *exchange) writeConfiguration(path, text, tag string) (*writtenBody, string, error) {
	newTag, problems, err := x.api.config.Files.WriteFile(x.context(), path, text, tag)
	if err != nil {
		return nil, "", x.fileRefused(err)
	}
	if newTag == "" {
		refused := x.reloadBody(&ReloadOutcome{Result: ReloadRefused, Trigger: "api", At: x.api.now(), Problems: problems})
		r := refuse(codeConfigurationFailed, "the text has mistakes, so nothing was written")
		r.reload = &refused
		return nil, "", r
	}
	outcome, err := x.api.configuration.Reload(x.context())
	if err != nil {
		return nil, "", err
	}
	reloaded := x.reloadBody(&outcome)
	return &writtenBody{Path: path, Bytes: len(text), Reload: &reloaded}, newTag, nil
}

// expectedTag returns the tag that the request expects the file to have, "" where it expects none to be there.
func (x *exchange) expectedTag(files Files, path string) (string, error) {
	match := sentHeader(x.r, "If-Match")
	switch {
	case match == "*":
		_, tag, err := files.ReadFile(path)
		if err != nil {
			return "", x.fileRefused(err)
		}
		return tag, nil
	case match != "":
		return strings.Trim(strings.TrimPrefix(match, "W/"), `"`), nil
	case sentHeader(x.r, "If-None-Match") == "*":
		return "", nil
	}
	if _, _, err := files.ReadFile(path); err == nil {
		return "", refuse(codePreconditionRequired,
			"send If-Match with the ETag that GET answered, so that nobody's change gets lost; or If-Match: * to write whatever is there")
	}
	return "", nil
}

// fileText returns the body: the text as it is, or {"text": "..."}.
func (x *exchange) fileText() (string, error) {
	if err := x.readBody(); err != nil {
		return "", err
	}
	if mediaType(sentHeader(x.r, "Content-Type")) == "application/json" {
		f, err := x.fields()
		if err != nil {
			return "", err
		}
		text, given := f.text("text", maxConfigurationFile)
		if !given {
			f.fault("text", "is required")
		}
		return text, f.err()
	}
	if !utf8.Valid(x.body.Bytes()) {
		return "", refuse(codeUnreadableBody, "the text is not UTF-8")
	}
	return x.body.String(), nil
}

// diagnose reports what is wrong with a text, without writing it.
func diagnose(x *exchange) error {
	files, err := x.files()
	if err != nil {
		return err
	}
	f, err := x.fields()
	if err != nil {
		return err
	}
	path, text := f.optional("path", maxName), f.required("text", maxConfigurationFile)
	if err := f.err(); err != nil {
		return err
	}
	body := &diagnosticsBody{Diagnostics: problemBodies(files.Diagnose(x.context(), path, text))}
	x.compose(http.StatusOK, body)
	return nil
}

// complete answers with what may be written at a place of a text.
func complete(x *exchange) error {
	files, err := x.files()
	if err != nil {
		return err
	}
	f, err := x.fields()
	if err != nil {
		return err
	}
	path, offset := f.optional("path", maxName), int(f.whole("offset"))
	text, _ := f.text("text", maxConfigurationFile)
	if !f.has("offset") {
		f.fault("offset", "is required: how many characters stand before the place")
	}
	if err := f.err(); err != nil {
		return err
	}
	body := &completionsBody{Completions: []completionBody{}}
	for _, c := range files.Complete(path, text, offset) {
		body.Completions = append(body.Completions, completionBody{c.Label, c.Insert, c.Kind, textOrNull(c.Detail), c.From, c.To})
	}
	x.compose(http.StatusOK, body)
	return nil
}
