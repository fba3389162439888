package console

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// editorPage is a file that is edited.
type editorPage struct {
	Files []string
	// File is the one that is shown, Tag the version that was read, Line where to begin, from 1.
	File, Text, Tag, Before string
	Line                    int
	New, ReadOnly           bool
	// Recording is the one that the text is, nil for none.
	Recording *Recording
	// CRLF says that the file's lines end as they do on Windows, and shall go on to.
	CRLF bool
	// Unsaved says that the text is not that of the file.
	Unsaved bool
}

// Editor shows a file of the configuration, or begins a new one.
func (c *Console) Editor(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "editor")
	if c.config.Files == nil {
		return p.news(http.StatusNotFound, p.say("editor.no_files"), fmt.Errorf("the configuration is not made of files"))
	}
	p.frame.Nonce = rand.Text()
	q := r.URL.Query()
	content := editorPage{Files: c.config.Files.Paths(), File: q.Get("file"), Line: number(q.Get("line")), ReadOnly: c.config.ReadOnly}
	if name := strings.TrimSpace(q.Get("new")); name != "" {
		if _, _, _, err := c.config.Files.Read(name); err == nil {
			return p.redirect("/console/editor?file=" + escapeQuery(name))
		}
		content.File, content.New = name, true
		content.Text = "version: 1\nscenarios:\n  - name: \n"
		if strings.HasSuffix(name, "_test.yaml") || strings.HasSuffix(name, "_test.yml") {
			content.Text = "tests:\n  - name: \n"
		}
		return p.show(http.StatusOK, "editor.html", "editor.title", content)
	}
	if session := q.Get("record"); session != "" {
		return p.editorWithTest(content, session)
	}
	if exchange := number64(q.Get("exchange")); exchange != 0 {
		return p.editorWith(content, exchange)
	}
	if content.File == "" && len(content.Files) > 0 {
		content.File = content.Files[0]
	}
	var err error
	if content.Text, content.Tag, content.Before, err = c.config.Files.Read(content.File); err != nil {
		return p.refused(err)
	}
	content.CRLF = crlf(content.Text)
	return p.show(http.StatusOK, "editor.html", "editor.title", content)
}

// crlf reports whether most of a text's lines end with a carriage return, which no field of a browser keeps.
func crlf(text string) bool { return 2*strings.Count(text, "\r\n") > strings.Count(text, "\n") }

// editorWith shows the main file with a scenario more, which answers the login of an exchange.
func (p *page) editorWith(content editorPage, exchange int64) error {
	e := p.entry(exchange)
	if e == nil {
		return p.news(http.StatusNotFound, p.say("exchange.gone"), fmt.Errorf("the journal has no exchange %d", exchange))
	}
	fields := map[string]string{}
	for _, field := range restore(e).body {
		fields[engine.SnakeCase(field.Name)] = field.Value
	}
	password := fields["password"]
	if password == wrong || password == "" {
		password = p.say("editor.your_password") // the journal holds none
	}
	path, text, line, err := p.config.Files.WithScenario(p.r.Context(), p.freeName(), fields["bank_slug"], fields["username"], password)
	if err != nil {
		return p.news(http.StatusConflict, err.Error(), err)
	}
	_, tag, before, err := p.config.Files.Read(path)
	if err != nil {
		return p.refused(err)
	}
	content.File, content.Text, content.Tag, content.Before, content.Line, content.Unsaved = path, text, tag, before, line, true
	content.CRLF = crlf(text)
	return p.show(http.StatusOK, "editor.html", "editor.title", content)
}

// freeName is a name that no scenario has.
func (p *page) freeName() string {
	rules := p.config.Bank.Rules()
	for n := 1; ; n++ {
		name := fmt.Sprintf("my-case-%d", n)
		if _, taken := rules.Scenario(name); !taken {
			return name
		}
	}
}

// number64 reads a number of a query, 0 where it is none.
func number64(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
