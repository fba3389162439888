package scenarios

import "regexp"

// A problem shows the line it is on, and reports go to logs: what only the server's owner may know is
// blotted out, keeping the columns.
var (
	secretKeys     = regexp.MustCompile(`(?i)\b(?:admin_token|tokens?|secrets?)["']?\s*:\s*(.+)`)
	secretPassword = regexp.MustCompile(`[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s@]+)@`)
)

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
