package console

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
)

// editorPage is a file that is edited.
type editorPage struct {
	Files []string
	// File is the one that is shown, Tag the version that was read, Line where to begin, from 1.
	File, Text, Tag, Before string
	Line                    int
	New, ReadOnly           bool
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
		content.File, content.New = name, true
		content.Text = "version: 1\nscenarios:\n  - name: \n"
		if strings.HasSuffix(name, "_test.yaml") || strings.HasSuffix(name, "_test.yml") {
			content.Text = "tests:\n  - name: \n"
		}
		return p.show(http.StatusOK, "editor.html", "editor.title", content)
	}
	if content.File == "" && len(content.Files) > 0 {
		content.File = content.Files[0]
	}
	var err error
	if content.Text, content.Tag, content.Before, err = c.config.Files.Read(content.File); err != nil {
		return p.refused(err)
	}
	return p.show(http.StatusOK, "editor.html", "editor.title", content)
}
