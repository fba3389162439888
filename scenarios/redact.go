package scenarios

import "regexp"

// A problem shows the line it is on, and reports go to logs: what only the server's owner may know is
// blotted out, keeping the columns.
var (
	secretKeys     = regexp.MustCompile(`(?i)\b(?:admin_token|tokens?|secrets?)["']?\s*:\s*(.+)`)
	secretPassword = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s"']+)@`)
)

// maxShownLine is the length from which on a line is not shown.
const maxShownLine = 4000

// shown returns a line as a report may show it.
func (s *source) shown(number int) string {
	line := s.line(number)
	if len(line) > maxShownLine {
		return ""
	}
	if listed.MatchString(line) && s.underSecret(number) {
		return blot(listed, line)
	}
	return redact(line)
}

var (
	listed     = regexp.MustCompile(`^\s*-\s*(.+)`)
	secretList = regexp.MustCompile(`(?i)^\s*(?:admin_token|tokens?|secrets?)["']?\s*:\s*(?:#.*)?$`)
)

// underSecret reports whether a line belongs to a list whose key says that it holds secrets.
func (s *source) underSecret(number int) bool {
	for number--; number > 0; number-- {
		if line := s.line(number); !listed.MatchString(line) {
			return secretList.MatchString(line)
		}
	}
	return false
}

func redact(line string) string {
	return blot(secretPassword, blot(secretKeys, line))
}

func blot(pattern *regexp.Regexp, line string) string {
	found := pattern.FindStringSubmatchIndex(line)
	if found == nil {
		return line
	}
	out := []rune(line[:found[2]])
	for range []rune(line[found[2]:found[3]]) {
		out = append(out, '*')
	}
	return string(out) + line[found[3]:]
}
