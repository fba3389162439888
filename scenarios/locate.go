package scenarios

import (
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// trickle hands out a text in one piece up to a place, and byte by byte from there: how much was
// taken when the parser gave up says where it gave up. The parser itself names the line where the
// surrounding block begins, which may be a thousand lines away.
type trickle struct {
	text  string
	slow  int
	taken int
}

// Read implements [io.Reader].
func (t *trickle) Read(into []byte) (int, error) {
	if t.taken == len(t.text) {
		return 0, io.EOF
	}
	size := 1
	if t.taken < t.slow {
		size = min(len(into), t.slow-t.taken)
	}
	n := copy(into[:size], t.text[t.taken:])
	t.taken += n
	return n, nil
}

// locate returns the line at which the parser gives up.
func locate(text string) int {
	const chunk = 8 << 10
	rough := &trickle{text: text, slow: len(text)}
	parseQuietly(rough)
	fine := &trickle{text: text, slow: max(0, rough.taken-chunk)}
	parseQuietly(fine)
	return 1 + strings.Count(strings.TrimRight(text[:max(0, fine.taken-1)], " \r\n"), "\n")
}

// parseQuietly reads documents until the parser gives up.
func parseQuietly(from io.Reader) {
	defer func() { _ = recover() }() // where it gave up is all that is asked for
	decoder := yaml.NewDecoder(from)
	for {
		var document yaml.Node
		if decoder.Decode(&document) != nil {
			return
		}
	}
}
