package scenarios

import (
	"slices"
	"testing"
)

const likeMain = `
include: [other.yaml]
banks: [{slug: MockBank}]
defaults:
  when: {bank: MockBank, username: mine}
  tags: [mine]
  import: {takes: 1s, message: Mine}
  steps: {done: {status: AUTHENTICATION_FAILED, error: MINE}}
scenarios:
  - name: child
    like: parent
    import: {stops_at: 40}
  - name: grand-${n}
    for: {n: [child, late]}
    like: ${n}
    when: {password: "grand-${n}"}
  - {name: late, like: later, when: {password: late}}
  - {name: all, when: {username: any}, authentication: AUTHENTICATION_FAILED}
  - name: later
    enabled: false
    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, then: {goto: done}}]}
`

const likeOther = `
defaults:
  when: {username: other, session: theirs}
  tags: [other]
  import: {takes: 2s, outcome: FAILED_WITH_ERROR}
scenarios:
  - name: parent
    description: the parent
    enabled: false
    tags: [parent]
    when: {password: secret}
    authentication: AUTHENTICATED
    import: {error: {code: PARENT_CODE}}
`

func TestLikeTakesOverWhatIsLacking(t *testing.T) {
	t.Parallel()
	config, report := loadFiles(t, []string{"mockbank.yaml"}, map[string]string{"mockbank.yaml": likeMain, "other.yaml": likeOther})
	if config == nil || len(report.Diagnostics) > 0 {
		t.Fatal(report.Diagnostics)
	}
	if got, want := scenarioNames(config), []string{"child", "grand-child", "grand-late", "late", "all"}; !slices.Equal(got, want) {
		t.Fatalf("scenarios %v, want %v", got, want)
	}
	child := find(t, config, "child")
	if child.Description != "" || !slices.Equal(child.Tags, []string{"mine"}) {
		t.Errorf("description %q, tags %v", child.Description, child.Tags)
	}
	username, _ := child.When.Username.Literals()
	session, _ := child.When.Session.Literals()
	password, _ := child.When.Password.Literals()
	bank, _ := child.When.Bank.Literals()
	if got := slices.Concat(username, session, password, bank); !slices.Equal(got, []string{"other", "theirs", "secret", "MockBank"}) {
		t.Errorf("when %v", got)
	}
	line := child.Flow.Import
	if line.Takes.String() != "2s" || line.StopsAt.Number != 40 || line.Error.Code != "PARENT_CODE" || line.Message.Default != "Mine" {
		t.Errorf("import %+v", line)
	}
	grand := find(t, config, "grand-child")
	if password, _ := grand.When.Password.Literals(); !slices.Equal(password, []string{"grand-child"}) || grand.Flow.Import.StopsAt.Number != 40 {
		t.Errorf("password %v, import %+v", password, grand.Flow.Import)
	}
	late := find(t, config, "grand-late")
	if steps := late.Flow.Steps; len(steps) != 2 || steps[1].Error.Code != "MINE" {
		t.Errorf("steps %+v", steps)
	}
	if source := child.Source; source.Line != 10 {
		t.Errorf("the scenario is said to stand in line %d", source.Line)
	}
}

func TestATemplateKnowsTheVariablesOfThoseThatAreLikeIt(t *testing.T) {
	t.Parallel()
	config := mustLoad(t, `
scenarios:
  - {name: template, enabled: false, authentication: {status: AUTHENTICATION_FAILED, error: "${code}"}}
  - {name: "${code}", for: {code: [A_A, B_B]}, like: template, when: {password: "${code}"}}
  - {name: captured, like: template, when: {password: {matches: 'e_(?P<code>.+)'}}}
  - {name: all, authentication: AUTHENTICATION_FAILED}
`)
	if code := find(t, config, "B_B").Flow.Steps[0].Error.Code; code != "B_B" {
		t.Errorf("code %q", code)
	}
}
