package scenarios

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// These tests hold what cmd/mutate could change without a test noticing (see cmd/mutate/survivors.txt).

func TestAnAPIAloneIsAConfiguration(t *testing.T) {
	t.Parallel()
	config, report := loadText(t, "banks: [{slug: MockBank}]\napis: [{name: my, base: /my, endpoints: {GET /a: {answer: {status: 204}}}}]\n")
	if config == nil {
		t.Error(textOf(t, report))
	}
}

func TestANameIsDeclaredInOneFile(t *testing.T) {
	t.Parallel()
	s := &sandbox{t, t.TempDir()}
	s.write("more.yaml", "imports: {slow: {takes: 1m}}\n")
	s.write("mockbank.yaml", "include: [more.yaml]\nimports: {slow: {takes: 2m}}\nbanks: [{slug: MockBank}]\n"+
		"scenarios: [{name: all, authentication: AUTHENTICATED, import: slow}]\n")
	config, report := Load(t.Context(), s.path("mockbank.yaml"), Options{})
	if text := textOf(t, report); config != nil || !strings.Contains(text, `the import "slow" is declared before`) {
		t.Errorf("it says %s", text)
	}
}

func TestAnswersOfAPIsAreChecked(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		`{answer: {body: {a: 1}, set: {b: 2}}}`:                                   "",
		`{answer: {body: {a: 1}, set: [b]}}`:                                      "set must be a mapping of members",
		`{expects: {properties: {a: {pattern: "^x"}}}, answer: {status: 204}}`:    "",
		`{expects: {properties: {a: {pattern: "(?=x)"}}}, answer: {status: 204}}`: "the pattern cannot be read",
	} {
		config, report := loadText(t, bankText("all")+"apis: [{name: my, base: /my, endpoints: {POST /a: "+endpoint+"}}]\n")
		if text := textOf(t, report); (config != nil) != (want == "") || !strings.Contains(text, want) {
			t.Errorf("%s: it says %s\nwant %q", endpoint, text, want)
		}
	}
}

// A body of one expression alone is what that says, as JSON; any other text is sent as it is.
func TestTextsAreSentAsTheyAre(t *testing.T) {
	t.Parallel()
	for text, raw := range map[string]bool{
		"plain": true, "${body.a}": false, "x ${body.a}": true, "${body.a} x": true, "${body.a}${body.b}": true, "$${a}": true,
	} {
		if got := rawText(&yaml.Node{Kind: yaml.ScalarNode, Value: text}); got != raw {
			t.Errorf("%s: %t", text, got)
		}
	}
}
