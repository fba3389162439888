package architecture

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pageLink finds a link of Markdown to another file of the tree.
var pageLink = regexp.MustCompile(`\]\(([^)\s#:]+)(?:#[^)\s]*)?\)`)

func TestPagesLinkToWhatThereIs(t *testing.T) {
	t.Parallel()
	links := 0
	eachText(t, func(name, text string) {
		if !strings.HasSuffix(name, ".md") {
			return
		}
		for _, link := range pageLink.FindAllStringSubmatch(text, -1) {
			links++
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), link[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, link[1])
			}
		}
	})
	if links == 0 {
		t.Error("no link was found: nothing was shown")
	}
}
