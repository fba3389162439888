package scenarios

var flowCodes = []CodeInfo{
	{CodeNoEvent, SeverityError, "a transition has no event",
		"Every transition says what makes it happen: after, challenge_response, two_step_procedure, password, approval, redirect, " +
			"attempts, polls, login or connected.",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, then: AUTHENTICATED}]}\n"},
	{CodeTwoEvents, SeverityError, "a transition has two events",
		"Two events are two transitions; both may lead to the same step.",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, approval: approved, then: " +
			"AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, then: AUTHENTICATED}, " +
			"{approval: approved, then: AUTHENTICATED}]}\n"},
	{CodeConflict, SeverityError, "two keys exclude each other",
		"A case of an update is a straight line, or has an `import` of its own.",
		"imports: {slow: {takes: 1m}}\nscenarios:\n  - {name: all, authentication: AUTHENTICATED, update: [{import: slow, takes: 3s}]}\n",
		"imports: {slow: {takes: 1m}}\nscenarios:\n  - {name: all, authentication: AUTHENTICATED, update: [{import: slow}]}\n"},
	{CodeAfterEnd, SeverityError, "something follows an answer",
		"AUTHENTICATED and AUTHENTICATION_FAILED are answers: they ask nothing, and time alone does not open the process again.",
		"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATED, challenge: {message: Really}}}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeErrorUnfit, SeverityError, "an error stands where nothing failed",
		"Only what failed has an `error`; an import that succeeds in part has `warnings`.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: {error: NO_ACCOUNTS}}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: {outcome: FAILED_WITH_ERROR, error: NO_ACCOUNTS}}\n"},
	{CodeTimedCircle, SeverityError, "time leads round in a circle",
		"Steps that only `after` connects must come to an end; else a process would change for ever with nobody there.",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, then: {goto: again}}]}\n" +
			"    steps: {again: {status: DECOUPLED_AUTH_IN_PROGRESS, next: [{after: 2s, then: {goto: again}}]}}\n",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, then: {goto: again}}]}\n" +
			"    steps: {again: {status: DECOUPLED_AUTH_IN_PROGRESS, next: [{after: 2s, then: AUTHENTICATED}]}}\n"},
	{CodeCountByTime, SeverityError, "a counter stands at a step that only time enters",
		"`count` and `reset` act when a login or an input enters a step. What time alone leads to is worked out when somebody looks, " +
			"and counts nothing.",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, then: {status: " +
			"AUTHENTICATION_FAILED, count: failed}}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, count: failed, next: [{after: 2s, then: " +
			"AUTHENTICATION_FAILED}]}\n"},
	{CodeNoExhausted, SeverityError, "nothing follows the last attempt",
		"A challenge with `attempts` needs a transition `attempts: exhausted`, which says where the last wrong answer leads.",
		"scenarios:\n  - name: all\n    authentication:\n      status: CHALLENGE_RESPONSE_REQUIRED\n      challenge: {attempts: 3}\n" +
			"      next: [{challenge_response: \"1\", then: AUTHENTICATED}]\n",
		"scenarios:\n  - name: all\n    authentication:\n      status: CHALLENGE_RESPONSE_REQUIRED\n      challenge: {attempts: 3}\n" +
			"      next: [{challenge_response: \"1\", then: AUTHENTICATED}, {attempts: exhausted, then: AUTHENTICATION_FAILED}]\n"},
}

var importCodes = []CodeInfo{
	{CodeProgressFalls, SeverityWarning, "the progress of an import falls",
		"Clients rely on a progress that stays or rises. A bank that does otherwise can be played: `allow: [progress-falls]` at the " +
			"scenario or the file silences the warning.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: [{progress: 50}, {after: 1s, progress: 40}, {after: 1s, " +
			"status: SUCCESS}]}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: [{progress: 40}, {after: 1s, progress: 50}, {after: 1s, " +
			"status: SUCCESS}]}\n"},
	{CodeImportNoEnd, SeverityError, "an import has no end",
		"The last point says how the import ends; one that is meant to go on for ever says `status: never`.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: [{progress: 50}]}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: [{progress: 50}, {after: 1s, status: SUCCESS}]}\n"},
	{CodeSuccessNot100, SeverityWarning, "an import succeeds before it is complete",
		"SUCCESS means 100 percent. An import that stops before ends in FAILED_WITH_ERROR, or never. A bank that does otherwise can be " +
			"played: `allow: [success-below-100]` at the scenario or the file silences the warning.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: {stops_at: 60}}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: {stops_at: 60, outcome: FAILED_WITH_ERROR}}\n"},
	{CodeAwaitUnfit, SeverityError, "an import waits for a step that asks nothing",
		"A point with `await` opens the process again, so that the user can answer. The step must be one that asks the user for something.",
		"scenarios:\n  - name: all\n    authentication: AUTHENTICATED\n    steps: {confirm: AUTHENTICATED}\n" +
			"    import: [{progress: 40, await: confirm}, {after: 1s, status: SUCCESS}]\n",
		"scenarios:\n  - name: all\n    authentication: AUTHENTICATED\n" +
			"    steps: {confirm: {status: CHALLENGE_RESPONSE_REQUIRED, next: [{challenge_response: \"1\", then: AUTHENTICATED}]}}\n" +
			"    import: [{progress: 40, await: confirm}, {after: 1s, status: SUCCESS}]\n"},
}

var lintCodes = []CodeInfo{
	{CodeNeverMatches, SeverityWarning, "a scenario can never match",
		"The first scenario that matches wins, and an earlier one takes every login that this one would.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n" +
			"  - {name: one, when: {password: x}, authentication: AUTHENTICATION_FAILED}\n",
		"scenarios:\n  - {name: one, when: {password: x}, authentication: AUTHENTICATION_FAILED}\n" +
			"  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeNeverFires, SeverityWarning, "a transition can never fire",
		"Another transition of the step always comes first, or its event cannot happen.",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, next: [{challenge_response: any, then: " +
			"AUTHENTICATION_FAILED}, {challenge_response: \"1\", then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, next: [{challenge_response: \"1\", then: " +
			"AUTHENTICATED}, {challenge_response: any, then: AUTHENTICATION_FAILED}]}\n"},
	{CodeNeverPlayed, SeverityWarning, "a case of an update is never played",
		"Of the cases the first that fits is played. Put the greatest age first and the case without an age last.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, update: [{takes: 3s}, {older_than: 90d, outcome: " +
			"FAILED_WITH_ERROR}]}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, update: [{older_than: 90d, outcome: FAILED_WITH_ERROR}, {takes: " +
			"3s}]}\n"},
	{CodeWaitsForever, SeverityWarning, "a step waits for ever",
		"Nothing leads out of a step that asks something: a client that waits for the answer waits for ever.",
		"scenarios:\n  - {name: all, authentication: DECOUPLED_AUTH_REQUIRED}\n",
		"scenarios:\n  - {name: all, authentication: {status: DECOUPLED_AUTH_REQUIRED, expires_after: 2m}}\n"},
	{CodeImportForever, SeverityWarning, "an import never ends",
		"`never` keeps the import in progress for ever. That may be what is to be tested.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: {stops_at: 60, outcome: never}}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: {stops_at: 60, outcome: FAILED_WITH_ERROR}}\n"},
	{CodeUnknownCode, SeverityWarning, "a code is close to one that mockbank knows",
		"A code that stands in no table gets texts that are made up for it. Codes of your own are welcome: declare one under `errors` " +
			"with what it says, or allow this warning.",
		"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATION_FAILED, error: INVALID_CREDENTIAL}}\n",
		"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATION_FAILED, error: INVALID_CREDENTIALS}}\n"},
	{CodeLiteralPattern, SeverityWarning, "a text looks like a pattern",
		"A text is compared as it is written. Patterns are {matches: …}, {prefix: …}, {suffix: …} and {contains: …}, several texts a " +
			"list, everything `any`. A text that only looks like a pattern is written {equals: …}.",
		"scenarios:\n  - {name: tan, when: {password: /tan.*/}, authentication: AUTHENTICATED}\n" +
			"  - {name: all, authentication: AUTHENTICATION_FAILED}\n",
		"scenarios:\n  - {name: tan, when: {password: {matches: 'tan.*'}}, authentication: AUTHENTICATED}\n" +
			"  - {name: all, authentication: AUTHENTICATION_FAILED}\n"},
	{CodeHidden, SeverityWarning, "a text has characters that cannot be seen, or look like others",
		"What people type is compared character by character: a space or a new line at the end, a dash or a quote of a word processor " +
			"and a character without width all differ from what they look like.",
		"scenarios:\n  - {name: tan, when: {password: \"secret \"}, authentication: AUTHENTICATED}\n" +
			"  - {name: all, authentication: AUTHENTICATION_FAILED}\n",
		"scenarios:\n  - {name: tan, when: {password: \"secret\"}, authentication: AUTHENTICATED}\n" +
			"  - {name: all, authentication: AUTHENTICATION_FAILED}\n"},
	{CodeLiteralPlaceholder, SeverityWarning, "a condition is compared with ${name} to the letter",
		"${name} stands for what a login's named group took, in texts and in the conditions of transitions and updates. In the `when` " +
			"that takes the login nothing is captured yet.",
		"scenarios:\n  - name: all\n    when: {username: \"${name}\"}\n    authentication: AUTHENTICATED\n",
		"scenarios:\n  - name: all\n    when: {username: {matches: '(?P<name>.+)'}}\n    authentication: AUTHENTICATED\n"},
	{CodePointsAfterEnd, SeverityError, "a point stands where nothing can follow",
		"Points may follow an end, and change the status again. But an import that has ended cannot await its user, and nothing follows " +
			"`status: never`.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: [{status: never}, {after: 1s, status: SUCCESS}]}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: [{status: SUCCESS}, {after: 1s, status: " +
			"FAILED_WITH_ERROR}]}\n"},
	{CodeNoCatchAll, SeverityWarning, "there is no catch-all",
		"A login that no scenario matches is answered with AUTHENTICATION_FAILED, NO_SCENARIO. A last scenario with {bank: any, " +
			"username: any, password: any} says what you want instead.",
		"scenarios:\n  - {name: one, when: {password: x}, authentication: AUTHENTICATED}\n",
		"scenarios:\n  - {name: one, when: {password: x}, authentication: AUTHENTICATED}\n" +
			"  - {name: other, authentication: AUTHENTICATION_FAILED}\n"},
	{CodeUnnamedBank, SeverityWarning, "no scenario is for a bank",
		"Clients can choose the bank, and every login there fails with NO_SCENARIO.",
		"banks: [{slug: MockBank}, {slug: OtherBank}]\ndefault_bank: MockBank\nscenarios:\n" +
			"  - {name: all, when: {bank: MockBank}, authentication: AUTHENTICATED}\n",
		"banks: [{slug: MockBank}, {slug: OtherBank}]\ndefault_bank: MockBank\nscenarios:\n" +
			"  - {name: all, when: {bank: any}, authentication: AUTHENTICATED}\n"},
	{CodeUnusedStep, SeverityWarning, "no transition goes to a step", "The step is declared, and no `goto` leads to it.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED, steps: {done: AUTHENTICATED}}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"},
	{CodeUnusedImport, SeverityWarning, "no scenario uses an import", "The import is declared, and no scenario names it.",
		"imports: {slow: {takes: 1m}}\nscenarios:\n  - {name: all, authentication: AUTHENTICATED}\n",
		"imports: {slow: {takes: 1m}}\nscenarios:\n  - {name: all, authentication: AUTHENTICATED, import: slow}\n"},
}
