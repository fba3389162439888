package console

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// Recording is a file with a test of what was played in a session.
type Recording struct {
	// Text is the file, and Steps how many the test has.
	Text  string
	Steps int
	// Gaps is how much was played that cannot be written; the text has them as comments.
	Gaps int
	// Failure says why the test does not pass with the rules as they are now, "" where it does.
	Failure string
}

// editorWithTest shows a new file with a test of what was played in a session.
func (p *page) editorWithTest(content editorPage, session string) error {
	if err := engine.CheckSessionName(session); err != nil {
		return p.news(http.StatusUnprocessableEntity, p.say("clock.no_session"), err)
	}
	recorded, err := p.config.Record(p.r.Context(), session)
	if err != nil {
		return p.refused(err)
	}
	p.frame.Session = session
	content.File, content.New, content.Text, content.Recording = freeTestFile(content.Files, session), true, recorded.Text, &recorded
	return p.show(http.StatusOK, "editor.html", "editor.title", content)
}

// freeTestFile is a name for a file of tests that no file has.
func freeTestFile(files []string, session string) string {
	name := session + "_test.yaml"
	for n := 2; slices.Contains(files, name); n++ {
		name = fmt.Sprintf("%s-%d_test.yaml", session, n)
	}
	return name
}
