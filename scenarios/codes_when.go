package scenarios

var whenCodes = []CodeInfo{
	{CodeConditionUnfit, SeverityError, "a condition asks for what is not known where it stands",
		"`when` means the same everywhere, but not every place knows everything: a login has no connection that could be `older_than`, " +
			"the list of banks no user, and beside an event that time brings only time, session_age and probability may stand, so that " +
			"a state is the same whoever looks at it.",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, when: {attempt: 3..}, " +
			"then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, when: {session_age: " +
			"10m..}, then: AUTHENTICATED}, {after: 2s, then: AUTHENTICATION_FAILED}]}\n"},
	{CodeBadTime, SeverityError, "a time cannot be read",
		"`time` has two times of day (`between`, hours and minutes), days of the week in three letters, a zone by its name in the " +
			"IANA's database, and days or moments `from` and `until`.",
		"scenarios:\n  - name: night\n    when: {time: {between: [\"23:30\", \"25:00\"]}}\n    authentication: AUTHENTICATED\n",
		"scenarios:\n  - name: night\n    when: {time: {between: [\"23:30\", \"05:00\"]}}\n    authentication: AUTHENTICATED\n"},
	{CodeScopeUnknown, SeverityError, "requests cannot be counted so",
		"`for` says whose requests count together: a process is known once a login was answered, a connection once it was made, and an " +
			"account only to declared apis.",
		"faults: [{endpoint: authenticate, nth: 1, for: process, http_status: 503}]\n" +
			"scenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"faults: [{endpoint: authenticate, nth: 1, for: user, http_status: 503}]\n" +
			"scenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
	{CodeUnknownSwitch, SeverityError, "no switch has this name",
		"A switch is declared under `switches`, with what it means, so that tests and people find it.",
		"scenarios:\n  - {name: down, when: {switches: {bank-down: on}}, authentication: AUTHENTICATION_FAILED}\n",
		"switches: {bank-down: The bank does not answer}\nscenarios:\n" +
			"  - {name: down, when: {switches: {bank-down: on}}, authentication: AUTHENTICATION_FAILED}\n"},
	{CodeUnusedSwitch, SeverityWarning, "no condition asks for a switch",
		"The switch is declared, and flipping it changes nothing.",
		"switches: {bank-down: The bank does not answer}\nscenarios:\n  - {name: all, authentication: AUTHENTICATED}\n",
		"switches: {bank-down: The bank does not answer}\nscenarios:\n" +
			"  - {name: down, when: {switches: {bank-down: on}}, authentication: AUTHENTICATION_FAILED}\n" +
			"  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeNoSuchScenario, SeverityWarning, "a condition names a scenario that there is not",
		"Where a scenario was chosen, `scenario` is its name. No enabled scenario has this one.",
		"faults: [{endpoint: connect, when: {scenario: flakey}, http_status: 500}]\nscenarios:\n" +
			"  - {name: flaky, authentication: AUTHENTICATED}\n",
		"faults: [{endpoint: connect, when: {scenario: flaky}, http_status: 500}]\nscenarios:\n" +
			"  - {name: flaky, authentication: AUTHENTICATED}\n"},
	{CodeNoSuchCounter, SeverityWarning, "a condition asks for a counter that no step counts",
		"`counters` are kept by steps, with `count` and `reset`. One that no step of an enabled scenario counts is 0 for ever, so that " +
			"a lockout never comes.",
		"scenarios:\n  - {name: locked, when: {counters: {wrnog: 3..}}, authentication: AUTHENTICATION_FAILED}\n" +
			"  - {name: wrong, authentication: {status: AUTHENTICATION_FAILED, count: wrong}}\n",
		"scenarios:\n  - {name: locked, when: {counters: {wrong: 3..}}, authentication: AUTHENTICATION_FAILED}\n" +
			"  - {name: wrong, authentication: {status: AUTHENTICATION_FAILED, count: wrong}}\n"},
	{CodeNoSuchEvent, SeverityWarning, "a webhook wants to be told of an event that nothing tells",
		"`events` of a webhook are the built-in ones, and those that a step or a point tells with `event`. No enabled scenario tells " +
			"this one.",
		"webhooks: [{name: app, url: \"http://127.0.0.1:9000/\", events: [consent.expirng]}]\n" +
			"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: [{after: 1s, status: SUCCESS}, {after: 83d, event: " +
			"consent.expiring}]}\n",
		"webhooks: [{name: app, url: \"http://127.0.0.1:9000/\", events: [consent.expiring]}]\n" +
			"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: [{after: 1s, status: SUCCESS}, {after: 83d, event: " +
			"consent.expiring}]}\n"},
}
