package scenarios

import (
	"fmt"
	"regexp"
	"strings"
)

// foreignForms are the ways of writing a path that mean something to a shell, to Git or on Windows, and
// nothing here. what is what to write instead.
var foreignForms = []struct {
	form *regexp.Regexp
	what string
}{
	{regexp.MustCompile(`\\`), "write / between folders"},
	{regexp.MustCompile(`\{[^{}]*(?:,|\.\.)[^{}]*\}`), "braces are not expanded: write an include for each"},
	{regexp.MustCompile(`[?*+@!]\([^)]*\)`), "write an include for each of the alternatives"},
	{regexp.MustCompile(`\[\[:[a-z]+:\]`), "write the characters themselves, such as [0-9]"},
	{regexp.MustCompile(`^!`), "nothing can be excluded: name what is to be included"},
	{regexp.MustCompile(`^~`), "~ is not expanded: write a path relative to this file"},
	{regexp.MustCompile(`\$|%[^%/]+%`), "variables are not expanded: write the path itself"},
	{regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]+://`), "only files are included: write a path relative to this file"},
	{regexp.MustCompile(`^:|^[A-Za-z]:`), "write a path relative to this file"},
	{regexp.MustCompile("^[\"'`]|[\"'`]$"), "take the quotes within the path out"},
	{regexp.MustCompile(`\.ya?ml\s*[,;|:]`), "write several includes as a list: [one.yaml, two.yaml]"},
	{regexp.MustCompile(`^\s|\s$`), "take the space at the end out"},
	{regexp.MustCompile(`^#`), "# means a comment elsewhere: take it out"},
}

// foreignSyntax says what to write in place of a path that finds nothing and is written in a way that
// means something elsewhere; "" where it is not.
func foreignSyntax(wanted string) string {
	for _, one := range foreignForms {
		found := one.form.FindString(wanted)
		if found == "" {
			continue
		}
		if found == `\` {
			return fmt.Sprintf("%s: %q", one.what, strings.ReplaceAll(wanted, `\`, "/"))
		}
		return one.what
	}
	return ""
}
