package scenarios

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Signs of YAML in characters that look like them, from other keyboards and word processors.
var (
	foreignColon   = regexp.MustCompile(`^\s*(?:- +)*["']?[A-Za-z_][\w-]*["']?\s?([：﹕∶꞉])`)
	foreignDash    = regexp.MustCompile(`^\s*([–—―−‐‑－])[\s\x{a0}]+\S`)
	foreignBracket = regexp.MustCompile(`(?:^\s*(?:- +)*|:\s+)([｛［【「])`)
	foreignComma   = regexp.MustCompile(`[\[{][^"'#]*([，、；])`)
	foreignIndent  = regexp.MustCompile(`^[ ]*([\x{a0}\x{2000}-\x{200b}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}])`)
)

// foreignSign looks for such a character in the lines up to the one at which the parser gave up.
func foreignSign(file *source, end int) (at span, hint, message string, ok bool) {
	for line := 1; line <= end; line++ {
		text := file.line(line)
		if isPlainASCII(text) || strings.HasPrefix(strings.TrimSpace(text), "#") {
			continue
		}
		for _, one := range []struct {
			form *regexp.Regexp
			sign string
		}{
			{foreignColon, "a colon (:)"}, {foreignDash, "a dash (-)"}, {foreignBracket, "a bracket"}, {foreignComma, "a comma (,)"},
			{foreignIndent, "a space"},
		} {
			if found := one.form.FindStringSubmatchIndex(text); found != nil {
				c, _ := utf8.DecodeRuneInString(text[found[2]:])
				return within(file, line, text, found), "type it anew, as it is on an English keyboard",
					fmt.Sprintf("the character U+%04X only looks like %s", c, one.sign), true
			}
		}
	}
	return span{}, "", "", false
}

var keyAtStart = regexp.MustCompile(`^\s*[A-Za-z_][\w-]*:(?:\s|$)`)

// missingDash looks for a key where an item of a list should begin.
func missingDash(file *source, complaint string, end int) (at span, hint, message string, ok bool) {
	text := file.line(end)
	if _, _, _, space := missingSpace(file, end); space {
		return span{}, "", "", false
	}
	if !strings.Contains(complaint, "expected '-' indicator") || !keyAtStart.MatchString(text) {
		return span{}, "", "", false
	}
	return lineSpan(file, end), fmt.Sprintf("write `- %s` to begin an item of the list, or line it up with the keys of the one above",
			strings.TrimSpace(text)),
		"an item of a list does not begin with -", true
}

// reserved are the characters that YAML keeps for itself at the start of a value, as they are found in a line.
var reserved = regexp.MustCompile("(?:^\\s*|[:,\\[{-]\\s+|[\\[{])([@`%*&!|>])")

// reservedSign finds the character that the parser complains of, and says what to write.
func reservedSign(file *source, complaint string, line int) (at span, hint, message string, ok bool) {
	if !strings.Contains(complaint, "cannot start any token") && !strings.Contains(complaint, "alphabetic or numeric character") {
		return span{}, "", "", false
	}
	text := file.line(line)
	for _, found := range reserved.FindAllStringSubmatchIndex(text, -1) {
		sign := text[found[2]:found[3]]
		rest := text[found[3]:]
		switch {
		case sign == "*" && (rest == "" || strings.IndexByte(" ,}]", rest[0]) >= 0):
			return within(file, line, text, found), "write `any` to take every value, or put the * in quotes", "an alias (*) has no name",
				true
		case sign == "&" && (rest == "" || strings.IndexByte(" ,}]", rest[0]) >= 0):
			return within(file, line, text, found), "put the value in quotes", "an anchor (&) has no name", true
		case strings.Contains("@`%", sign):
			return within(file, line, text, found), "put the value in quotes",
				fmt.Sprintf("a value starts with %s, which YAML keeps for itself", sign), true
		}
	}
	return span{}, "", "", false
}
