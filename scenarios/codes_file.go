package scenarios

var fileCodes = []CodeInfo{
	{CodeFileNotFound, SeverityError, "the configuration is not there",
		"The file or folder that mockbank was told to load does not exist, or the folder holds no *.yaml file. While mockbank runs, the " +
			"last good configuration stays live.",
		"$ mockbank serve --config mokbank.yaml", "$ mockbank serve --config mockbank.yaml"},
	{CodeFileUnreadable, SeverityError, "a file cannot be read",
		"The file is there, but mockbank lacks the permission to read it, or it is no regular file.",
		"$ chmod 000 mockbank.yaml", "$ chmod 644 mockbank.yaml"},
	{CodeFileTooLarge, SeverityError, "a file is too large",
		"One file may have 16 MiB and a million and a half values: more is hardly written by people. Split it and include the parts.",
		"$ ls -lh mockbank.yaml    # 100M", "$ ls -lh mockbank.yaml mockbank.d/    # include: mockbank.d"},
	{CodeTooMuch, SeverityError, "the configuration is too large",
		"All files together may be 10,000, with 256 MiB.",
		"$ ls mockbank.d | wc -l    # 20000", "$ ls mockbank.d | wc -l    # 200"},
	{CodeNotText, SeverityError, "a file is not text",
		"A configuration is plain text in UTF-8. Files saved in another encoding, such as UTF-16, or with NUL bytes in them cannot be " +
			"read.",
		"$ file mockbank.yaml    # UTF-16", "$ iconv -f UTF-16 -t UTF-8 old.yaml > mockbank.yaml"},
	{CodeEmptyFile, SeverityError, "a file is empty",
		"A file that holds nothing but comments says nothing; most often it is being written, or was truncated. Delete it, or write " +
			"something into it.",
		"# nothing yet\n", "version: 1\nscenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeTwoDocuments, SeverityError, "a file holds two documents",
		"YAML can hold several documents in one file, divided by `---`. mockbank reads one a file, so that nothing is overlooked.",
		"scenarios: [{name: all, authentication: AUTHENTICATED}]\n---\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"scenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
	{CodeSyntax, SeverityError, "a file is not YAML",
		"The file cannot be read from here on. Most often a bracket, a quote or a colon is missing, or a line is indented differently " +
			"from its neighbours.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED\n", "scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeTab, SeverityError, "a tab indents a line",
		"YAML indents with spaces only.",
		"scenarios:\n\t- {name: all, authentication: AUTHENTICATED}\n", "scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeUnquoted, SeverityError, "a ${name} in flow style is not in quotes",
		"Within { } and [ ] a brace ends a value in YAML. A text that contains ${name} needs quotes there.",
		"scenarios:\n  - name: family\n    when: {password: {matches: 'error_(?P<code>[A-Z_]+)'}}\n" +
			"    authentication: {status: AUTHENTICATION_FAILED, error: {code: ${code}}}\n",
		"scenarios:\n  - name: family\n    when: {password: {matches: 'error_(?P<code>[A-Z_]+)'}}\n" +
			"    authentication: {status: AUTHENTICATION_FAILED, error: {code: \"${code}\"}}\n"},
	{CodeTooDeep, SeverityError, "values lie too deep in each other",
		"A hundred levels are more than any flow needs. Use `steps` and `goto` for a long chain of steps.",
		"scenarios: " + deep + "\n", "scenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
	{CodeUnknownAnchor, SeverityError, "an alias refers to nothing",
		"In YAML a value that begins with * refers to one that is marked with & before it. Quote a text that begins with an asterisk.",
		"scenarios:\n  - {name: all, when: {password: *secret}, authentication: AUTHENTICATED}\n",
		"scenarios:\n  - {name: all, when: {password: \"*secret\"}, authentication: AUTHENTICATED}\n"},
	{CodeAliasCycle, SeverityError, "an anchor contains itself",
		"A value cannot be part of itself.",
		"scenarios: &all\n  - {name: all, authentication: AUTHENTICATED, tags: *all}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeAliasExpansion, SeverityError, "aliases expand to too much",
		"Aliases of aliases multiply. Two million values are the bound of one file.",
		bomb, "scenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
	{CodeBadMerge, SeverityError, "what is merged is no mapping",
		"`<<` takes the keys of another mapping, or of a list of mappings.",
		"defaults: {<<: tester}\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"defaults: {<<: {when: {username: tester}}}\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
	{CodeYAMLTag, SeverityError, "a YAML tag is not known",
		"mockbank takes every value as it is written. Tags such as !!binary or !secret mean nothing to it.",
		"scenarios:\n  - {name: all, when: {password: !secret x}, authentication: AUTHENTICATED}\n",
		"scenarios:\n  - {name: all, when: {password: x}, authentication: AUTHENTICATED}\n"},
	{CodeDuplicateKey, SeverityError, "a key is written twice",
		"Only one of the two could count, and it is not clear which.",
		"scenarios:\n  - {name: all, name: each, authentication: AUTHENTICATED}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeDefect, SeverityError, "mockbank itself failed",
		"This is a defect of mockbank, not of the configuration: please report it. The last good configuration stays live.",
		"$ mockbank validate mockbank.yaml", "$ mockbank validate mockbank.yaml    # with the next version"},
}

// deep is a list in a list, and so on.
const deep = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[" +
	"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"

// bomb is a small file that expands to ten to the power of nine values.
const bomb = `defaults:
  tags: &a [x, x, x, x, x, x, x, x, x, x]
  when: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
  steps: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
  import: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
  update: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
imports: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
errors: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
banks: [*g, *g, *g, *g, *g, *g, *g, *g, *g, *g]
`

var includeCodes = []CodeInfo{
	{CodeIncludeNotFound, SeverityError, "an included file is not there",
		"The path is relative to the file that includes it. A glob or a folder may be empty for now; a file that is named must exist.",
		"include: teams/paymants.yaml\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"include: teams/*.yaml\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
	{CodeIncludeCycle, SeverityError, "files include each other in a circle",
		"A file's includes are loaded before it: in a circle there is no first one.",
		"include: mockbank.yaml\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"scenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
	{CodeIncludeOutside, SeverityError, "an include leads out of the configuration's folder",
		"Everything that makes up a configuration lies within the folder of its main file, links included: a configuration can be " +
			"copied as a whole, and cannot read what it should not.",
		"include: ../shared.yaml\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"include: shared/*.yaml\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
	{CodeUnknownPack, SeverityError, "the catalogue has no such pack",
		"`catalogue:NAME` loads a ready-made pack. `mockbank catalogue` lists them.",
		"include: catalogue:wonders\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"scenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
	{CodeMainFileOnly, SeverityError, "a key belongs to the main file",
		"`server` and `default_bank` concern the whole. In a folder without a mockbank.yaml any one file may have them.",
		"$ cat mockbank.d/team.yaml    # server: {listen: :9000}", "$ cat mockbank.yaml    # server: {listen: :9000}"},
	{CodeLeftOut, SeverityWarning, "a file is left out because of its name",
		"From a folder and by a glob the files are loaded that are called *.yaml or *.yml, apart from tests (*_test.yaml) and hidden " +
			"ones. A folder is loaded where it is named itself.",
		"$ ls mockbank.d    # teams.YAML", "$ ls mockbank.d    # teams.yaml"},
	{CodeNoScenarios, SeverityError, "there is no scenario",
		"A configuration without a scenario refuses every login. Most often the file is being written, was truncated, or an include " +
			"finds nothing.",
		"banks: [{slug: MockBank}]\n", "banks: [{slug: MockBank}]\nscenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeStaleSchema, SeverityWarning, "a file names the schema of another version",
		"An editor checks the file by a copy of the schema that another version of mockbank wrote: what is new is flagged there, and " +
			"what is gone is not.",
		"$ head -1 mockbank.yaml\n# yaml-language-server: $schema=./schema.json", "$ mockbank schema > schema.json"},
	{CodeEmptyGlob, SeverityWarning, "an include finds nothing yet",
		"The folder is empty, or nothing fits the glob. It is watched: a file that is added goes live.",
		"include: teams/*.yaml\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"scenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
}
