package edit

import (
	"strings"
	"testing"
)

func TestPut(t *testing.T) {
	t.Parallel()
	const file = `version: 1
scenarios:
  # the first
  - name: a
    when: {password: a}
    authentication: AUTHENTICATED

  # whatever else
  - name: rest
    when: {password: any}
    authentication: AUTHENTICATION_FAILED
# the end
`
	const mapping = "name: new\nwhen: {password: new}\nauthentication: AUTHENTICATED\n"
	for name, test := range map[string]struct {
		text, scenario, before string
		want                   string // a part of the text, or of the error
		placed                 Placed
	}{
		"ahead of the catch-all": {file, mapping, "", "\n\n  - name: new\n    when: {password: new}\n    authentication: AUTHENTICATED\n\n  # whatever else\n  - name: rest\n",
			Placed{Name: "new", Before: "rest"}},
		"ahead of another":          {file, mapping, "a", "scenarios:\n  - name: new\n    when: {password: new}\n    authentication: AUTHENTICATED\n\n  # the first\n  - name: a\n", Placed{Name: "new", Before: "a"}},
		"an item, indented":         {file, "\n    - name: new\n      import:\n\n        takes: 1s\n", "", "\n\n  - name: new\n    import:\n\n      takes: 1s\n\n  # whatever", Placed{Name: "new", Before: "rest"}},
		"with a comment":            {file, "# mine\nname: new\n", "", "\n\n  # mine\n  - name: new\n\n", Placed{Name: "new", Before: "rest"}},
		"on one line":               {file, "{name: new, when: {password: new}}", "", "\n  - {name: new, when: {password: new}}\n", Placed{Name: "new", Before: "rest"}},
		"a text of several lines":   {file, "name: new\ndescription: |\n  one\n   two\n", "", "  - name: new\n    description: |\n      one\n       two\n", Placed{Name: "new", Before: "rest"}},
		"in the place of the first": {file, "name: a\nwhen: {password: b}\n", "", "scenarios:\n  # the first\n  - name: a\n    when: {password: b}\n\n  # whatever else\n  - name: rest\n", Placed{Name: "a", Replaced: true}},
		"in the place of the last": {file, "# other\nname: rest\n", "", "AUTHENTICATED\n\n  # other\n  - name: rest\n# the end\n",
			Placed{Name: "rest", Replaced: true}},
		"no catch-all":    {"scenarios:\n  - {name: a, when: {password: a}}\n", mapping, "", "  - {name: a, when: {password: a}}\n\n  - name: new\n", Placed{Name: "new"}},
		"quoted any":      {"scenarios:\n  - {name: a, when: {password: \"any\"}}\n", mapping, "", "}}\n\n  - name: new\n", Placed{Name: "new"}},
		"no list":         {"version: 1\n", mapping, "", "version: 1\n\nscenarios:\n  - name: new\n", Placed{Name: "new"}},
		"carriage return": {strings.ReplaceAll(file, "\n", "\r\n"), "name: a\n", "", "  # the first\r\n  - name: a\r\n\r\n  # whatever else\r\n", Placed{Name: "a", Replaced: true}},
		"unknown before":  {file, mapping, "nobody", `no scenario "nobody"`, Placed{}},
		"no name":         {file, "when: {}\n", "", "has no name", Placed{}},
		"two":             {file, "- name: a\n- name: b\n", "", "write one scenario", Placed{}},
		"nothing":         {file, " \n", "", "it is empty", Placed{}},
		"no YAML":         {file, "name: [\n", "", "no YAML", Placed{}},
		"a list in [ ]":   {"scenarios: [{name: a}]\n", "name: a\n", "", "written in [ ]", Placed{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Put(test.text, test.scenario, test.before)
			if err != nil {
				if test.placed.Name != "" || !strings.Contains(err.Error(), test.want) {
					t.Errorf("it says %v, want %q", err, test.want)
				}
				return
			}
			text := got.Text
			got.Text = ""
			if *got != test.placed || !strings.Contains(text, test.want) {
				t.Errorf("%+v, want %+v, with\n%s\nin\n%s", *got, test.placed, test.want, text)
			}
		})
	}
}

func TestHideSecrets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"server:\n  admin_token: s3cret # why\n":                        "server:\n  admin_token: <hidden> # why\n",
		"server: {tokens: [ab, \"c\\\"d\", 'e''f'], admin_token: 12}\n": "server: {tokens: [<hidden>, <hidden>, <hidden>], admin_token: <hidden>}\n",
		"server:\n  tokens:\n    - \"${env:A}\"\n    - x\n":             "server:\n  tokens:\n    - \"${env:A}\"\n    - <hidden>\n",
		"webhooks: [{name: é, secret: whsec_x, url: u}]\n":              "webhooks: [{name: é, secret: <hidden>, url: u}]\n",
		"server: {database: \"postgres://u:s3cret@db/x\"}\n":            "server: {database: <hidden>}\n",
		"webhooks: [{url: https://s3cret@app.test/hook}]\n":             "webhooks: [{url: <hidden>}]\n",
		"webhooks: [{url: https://app.test/hook?a=b}]\n":                "webhooks: [{url: https://app.test/hook?a=b}]\n",
		"apis: [{name: a, tokens: {form: jwt, refresh: 30d}}]\n":        "apis: [{name: a, tokens: {form: jwt, refresh: 30d}}]\n",
		"when: {password: {totp: {secret: GEZDGNBVGY3TQOJQ}}}\n":        "when: {password: {totp: {secret: <hidden>}}}\n",
		"identifiers: {secret: true}\nwhen: {password: p}\n":            "identifiers: {secret: true}\nwhen: {password: p}\n",
	} {
		if got, err := HideSecrets(text); err != nil || got != want {
			t.Errorf("%q is shown as %q (%v), want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"admin_token: |\n  s3cret\n":       "line 1 has a secret",
		"admin_token: \"s3\n  cret\"\n":    "line 1 has a secret",
		"x: &t s3cret\nadmin_token: *t\n":  "line 2 has a secret",
		"x: &t [s3cret]\ntokens: *t\n":     "line 2 has a secret",
		"admin_token: &t s3cret\nx: *t\n":  "line 1 has a secret",
		"admin_token: !!str s3cret\n":      "line 1 has a secret",
		"admin_token: [s3cret\nother: 1\n": "no YAML",
	} {
		if got, err := HideSecrets(text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q is shown as %q (%v), want an error with %q", text, got, err, want)
		}
	}
}
