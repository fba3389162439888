package scenarios

import (
	"regexp"
	"strings"
)

// A problem shows the line it is on, and reports go to logs: what only the server's owner may know is
// blotted out, keeping the columns. A key that is misspelt is what a report is often about, so one that
// is near a secret's name counts as one.
var (
	keyed = regexp.MustCompile(`["']?([A-Za-z][A-Za-z0-9_-]*)["']?\s*:(?:\s+|$|["'{\[])`)
	// secretParts are the parts of addresses and of settings that may be secret.
	secretParts = []*regexp.Regexp{
		regexp.MustCompile(`://[^\s/?#:@"']*:([^\s"']+)@`),                      // a password before the host, with every @ in it
		regexp.MustCompile(`(?i)https?://([^\s/?#:@"']+)@`),                     // a token before the host
		regexp.MustCompile(`://[^\s?"']*[?#]([^\s"']+)`),                        // a query
		regexp.MustCompile(`(?:^|[\s"'])[\w.~%-]+:([^\s/{\[@"'][^\s"'{\[]*)@`),  // the same without a scheme
		regexp.MustCompile(`(?i)\b\w*pass(?:word|wd|phrase|file)?\s*=\s*(\S+)`), // words of libpq
		regexp.MustCompile(`(?i)\b\w*(?:pwd|token|secret)\s*=\s*(\S+)`),
	}
)

// secretNames are the keys whose values are secret, and the words that make a key likely to be one.
var (
	secretNames = []string{"admintoken", "tokens", "token", "secret", "secrets"}
	secretWords = []string{"token", "secret", "passphrase", "credential", "apikey", "privatekey"}
)

// isSecretKey reports whether a key is, or may have been meant as, one whose value is secret.
func isSecretKey(key string) bool {
	plain := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(key))
	for _, word := range secretWords {
		if strings.Contains(plain, word) {
			return true
		}
	}
	if len(plain) > 40 {
		return false
	}
	for _, name := range secretNames {
		if d := distance(plain, name); d == 1 && len(plain) > 3 || d <= len(name)/5 {
			return true
		}
	}
	return false
}

// maxShownLine is the length from which on a line is not shown.
const maxShownLine = 4000

// shown returns a line as a report may show it.
func (s *source) shown(number int) string {
	line := s.line(number)
	if len(line) > maxShownLine {
		return ""
	}
	if s.underSecret(number) {
		start := len(line) - len(strings.TrimLeft(line, " \t-"))
		return blot(line, start, len(strings.TrimRight(line, " \t")))
	}
	return redact(line)
}

// maxAbove is how far above a line it is looked for what the line belongs to.
const maxAbove = 200

// underSecret reports whether a line belongs to a value, begun on a line above, whose key says that it
// is secret: a list, a text over several lines, or what stands in brackets.
func (s *source) underSecret(number int) bool {
	indent := indentOf(s.line(number))
	listed := strings.HasPrefix(strings.TrimLeft(s.line(number), " "), "-")
	open := 0
	for above := number - 1; above > 0 && above >= number-maxAbove; above-- {
		line := s.line(above)
		if strings.TrimSpace(line) == "" {
			continue
		}
		open += opened(line)
		secret, key := secretAt(line), indentOf(line)
		if secret >= 0 && (open > 0 || key < indent || key == indent && listed && !strings.HasPrefix(strings.TrimLeft(line, " "), "-")) {
			return true
		}
		if key < indent {
			indent, listed = key, strings.HasPrefix(strings.TrimLeft(line, " "), "-")
		}
		if indent == 0 && key == 0 && open <= 0 && !listed {
			return false
		}
	}
	return false
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// opened counts the brackets and quotes that a line opens and does not close; closing ones count less
// than nothing.
func opened(line string) int {
	count := strings.Count(line, "[") + strings.Count(line, "{") - strings.Count(line, "]") - strings.Count(line, "}")
	for _, quote := range []string{`"`, `'`} {
		count += strings.Count(line, quote) % 2
	}
	return count
}

// secretAt returns where the value of a line's first secret key begins, or -1.
func secretAt(line string) int {
	for _, found := range keyed.FindAllStringSubmatchIndex(line, -1) {
		if isSecretKey(line[found[2]:found[3]]) {
			value := line[found[3]:]
			colon := strings.IndexByte(value, ':') + 1
			return found[3] + colon + len(value[colon:]) - len(strings.TrimLeft(value[colon:], " \t"))
		}
	}
	return -1
}

// redact blots out what a line says that may be secret.
func redact(line string) string {
	if at := secretAt(line); at >= 0 {
		line = blot(line, at, len(line))
	}
	for _, part := range secretParts {
		found := part.FindAllStringSubmatchIndex(line, -1)
		for i := len(found) - 1; i >= 0; i-- { // the last first: a blot may be shorter
			line = blot(line, found[i][2], found[i][3])
		}
	}
	return line
}

// blot replaces each character of a part of a line by a star.
func blot(line string, from, to int) string {
	return line[:from] + strings.Repeat("*", len([]rune(line[from:to]))) + line[to:]
}
