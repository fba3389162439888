package scenarios

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// A problem shows the line it is on, and reports go to logs: what only the server's owner may know is
// blotted out, keeping the columns. A key that is misspelt is what a report is often about, so one that
// is near a secret's name counts as one.
var (
	keyed = regexp.MustCompile(`["']?([A-Za-z][A-Za-z0-9_-]*)["']?\s*:(?:\s+|$|["'{\[])`)
	// secretParts are the parts of addresses and of settings that may be secret; the first two stand before a host.
	secretParts = []*regexp.Regexp{
		regexp.MustCompile(`://[^\s/?#:@"']*:([^\s"']+)@`),                      // a password before the host, with every @ in it
		regexp.MustCompile(`(?i)https?://([^\s/?#:@"']+)@`),                     // a token before the host
		regexp.MustCompile(`://[^\s?"']*[?#]([^\s"']+)`),                        // a query
		regexp.MustCompile(`(?:^|[\s"'])[\w.~%-]+:([^\s/{\[@"'][^\s"'{\[]*)@`),  // the same without a scheme
		regexp.MustCompile(`(?i)\b\w*pass(?:word|wd|phrase|file)?\s*=\s*(\S+)`), // words of libpq
		regexp.MustCompile(`(?i)\b\w*(?:pwd|token|secret)\s*=\s*(\S+)`),
	}
)

// IsSecret reports whether a text of a configuration, written as the value of a key, is one that only the server's owner
// may know: the key is one of the language's for secrets, or the text is an address with a password or a token before its
// host. A reference such as ${env:NAME} is none.
func IsSecret(key, text string) bool {
	if strings.HasPrefix(text, "${") {
		return false
	}
	return secretKeys()[key] || slices.ContainsFunc(secretParts[:2], func(part *regexp.Regexp) bool { return part.MatchString(text) })
}

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
		if engine.EditDistance(plain, name) <= len(name)/5 { // all of them have five letters at least
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
// is secret: a list, a text over several lines, or what stands in brackets. In `apis`, tokens are declared
// and not kept secret.
func (s *source) underSecret(number int) bool {
	indent, listed, found := indentOf(s.line(number)), isListed(s.line(number)), false
	for above := number - 1; above > 0 && above >= number-maxAbove; above-- {
		line := s.line(above)
		if strings.TrimSpace(line) == "" {
			continue
		}
		key, secret := indentOf(line), secretAt(line)
		if secret >= 0 && s.reaches(above, line[secret:], number) {
			return true
		}
		if key > indent || key == indent && (!listed || isListed(line)) {
			continue // it lies beside the line, or deeper
		}
		found = found || secret >= 0
		if key == 0 && !isListed(line) {
			return found && !strings.HasPrefix(line, "apis")
		}
		indent, listed = key, isListed(line)
	}
	return found
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func isListed(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), "-") }

// reaches reports whether a value in brackets or quotes, which begins on a line, goes on until another.
func (s *source) reaches(begin int, value string, number int) bool {
	if value == "" || !strings.ContainsAny(value[:1], "[{\"'") {
		return false
	}
	count := func(text string) int {
		return strings.Count(text, "[") + strings.Count(text, "{") - strings.Count(text, "]") - strings.Count(text, "}")
	}
	if quote := value[:1]; quote == `"` || quote == `'` {
		count = func(text string) int { return strings.Count(text, quote) % 2 }
	}
	open := count(value)
	for line := begin + 1; line < number && open > 0; line++ {
		if value[0] == '"' || value[0] == '\'' {
			open -= count(s.line(line))
		} else {
			open += count(s.line(line))
		}
	}
	return open > 0
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
