package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// A newcomer gets from a clone to a scenario and tests of their own, in Go and in Node, by what docs/how-to/ci.md says and
// nothing else; and the workflow that they then have does the same.
func TestNewcomer(t *testing.T) {
	t.Parallel()
	needs(t, "node", "nodejs")
	page, err := os.ReadFile(repositoryFolder(t, "docs/how-to/ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	newcomer := newFollower(t)
	newcomer.patience = examplePatience
	newcomer.env = append(newcomer.env, asShipped, "GOWORK=off", "PATH="+os.Getenv("PATH")) // the program is what the newcomer builds
	steps := 0
	for _, one := range fencesOf(string(page)) {
		switch one.language {
		case "sh clone": // a clone of what is tested
			if err := os.Symlink(repositoryFolder(t, "."), filepath.Join(newcomer.folder, "mockbank")); err != nil {
				t.Fatal(err)
			}
		case "sh":
			steps++
			newcomer.run(one.text)
		case "text":
			newcomer.saw(one.text)
		}
	}
	if steps < 7 {
		t.Errorf("the page has only %d steps", steps)
	}
	var file workflow
	read(t, filepath.Join(newcomer.folder, ".github", "workflows", "wallet.yml"), &file)
	repository := examples{t: t, folder: newcomer.folder, env: append(newcomer.env, runnerOf(t)...)}
	if ran := file.run(repository); ran < 4 {
		t.Errorf("only %d steps of the workflow are commands", ran)
	}
}
