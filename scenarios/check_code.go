package scenarios

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/mockbank/mockbank/engine"
)

// codeForm is how the code of an error is written: clients switch on it, so it is one word of plain characters.
var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,199}$`)

// BuiltInCodes lists the codes of errors that mockbank has texts for, by name.
var BuiltInCodes = sync.OnceValue(func() []string { return slices.Sorted(maps.Keys(builtInErrors().Errors)) })

func init() {
	isBuiltInCode = func(code string) bool { return builtInErrors().Errors[code] != nil }
}

// isBuiltInCode reports whether mockbank has texts for a code. It is set by init, since that table is read as any
// other file is.
var isBuiltInCode func(code string) bool

// checkCode reports a code that is none, and one that is probably misspelt: in no table, but close to one that is.
func checkCode(report *Report, at span, text engine.Text, declared map[string]*Failure) {
	code := string(text)
	if code == "" || strings.Contains(code, "${") || isBuiltInCode(code) || declared[code] != nil {
		return
	}
	if !codeForm.MatchString(code) {
		hint := "write one word of letters, digits and underscores, such as ACCOUNT_LOCKED"
		if found, is := hiddenCharacter(code); is {
			hint = found.hint() + " (" + found.String() + ")"
		} else if strings.ContainsAny(code, " ") && len(code) <= maxQuotedValue {
			hint = fmt.Sprintf("write a code, and the text beside it: `{code: %s, display_message: %s}`", codeOf(code), code)
		}
		report.add(at, CodeBadCode, hint, "%q is no code of an error", code)
		return
	}
	if near := nearestCode(code, declared); near != "" {
		report.add(at, CodeUnknownCode, fmt.Sprintf("did you mean %q? A code of your own is declared under `errors`", near),
			"no error is called %q", code)
	}
}

var notInCode = regexp.MustCompile(`[^A-Z0-9]+`)

// codeOf makes a code of a text.
func codeOf(text string) string {
	plain := strings.NewReplacer("Ä", "AE", "Ö", "OE", "Ü", "UE", "ẞ", "SS", "ß", "SS", "É", "E", "È", "E").Replace(strings.ToUpper(text))
	if code := strings.Trim(notInCode.ReplaceAllString(plain, "_"), "_"); code != "" {
		return code
	}
	return "ACCOUNT_LOCKED"
}

// nearestCode returns the code that another one is a slip of, "" where it is hardly one.
func nearestCode(code string, declared map[string]*Failure) string {
	best, within := "", len(code)/6+1
	for _, known := range slices.Concat(BuiltInCodes(), slices.Sorted(maps.Keys(declared))) {
		if strings.EqualFold(foldWord(code), foldWord(known)) {
			return known
		}
		if d := engine.EditDistance(code, known); d < within && d < len(known)/3 {
			best, within = known, d
		}
	}
	return best
}

// checkDeclaredCodes reports codes of the table `errors` that are none.
func (c *compiler) checkDeclaredCodes(document *Document) {
	under := Position{file: document.file, node: document.child("errors")}
	for code := range document.Errors {
		if !codeForm.MatchString(code) {
			c.report.add(under.key(code), CodeBadCode, fmt.Sprintf("write one word of letters, digits and underscores, such as %s",
				codeOf(code)), "%q is no code of an error", code)
		}
	}
}
