package scenarios

var returnCodes = []CodeInfo{
	{CodeRedirectUnfit, SeverityError, "something about the bank's page stands where no browser goes there",
		"`redirect_url` and `decisions` are about the page that a step with REDIRECT_REQUIRED sends the browser to, and `returns` about " +
			"the way back after a `redirect` decision.",
		"scenarios:\n  - name: all\n    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{approval: approved, returns: nowhere, " +
			"then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: REDIRECT_REQUIRED, next: [{redirect: approved, returns: nowhere, then: " +
			"AUTHENTICATED}]}\n"},
	{CodeBadURL, SeverityError, "an address has no scheme",
		"`redirect_url` is what clients open in place of the bank's page: an address with its scheme, of the web or of an app.",
		"scenarios:\n  - name: all\n    authentication: {status: REDIRECT_REQUIRED, redirect_url: bank.test/login, expires_after: 10m}\n",
		"scenarios:\n  - name: all\n    authentication: {status: REDIRECT_REQUIRED, redirect_url: \"mybank://auth?p=${process_id}\", " +
			"expires_after: 10m}\n"},
	{CodeUnknownField, SeverityError, "an answer is compared by a field that the challenge does not have",
		"Each name behind `challenge_response` is that of one of the challenge's `fields`; of a challenge without any, the answer is " +
			"one text.",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {fields: [{name: pet, label: " +
			"Pet}]}, next: [{challenge_response: {pett: Rex}, then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {fields: [{name: pet, label: " +
			"Pet}]}, next: [{challenge_response: {pet: Rex}, then: AUTHENTICATED}]}\n"},
	{CodeBadTOTP, SeverityError, "a one-time code cannot be checked",
		"`totp` needs a secret in base32, 6 to 8 digits and a period of whole seconds. It goes by the moment at which a login or an " +
			"answer comes, by the session's clock.",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, next: [{challenge_response: {totp: " +
			"{secret: \"189\"}}, then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, next: [{challenge_response: {totp: " +
			"{secret: GEZDGNBVGY3TQOJQ}}, then: AUTHENTICATED}]}\n"},
	{CodeUnusedDecision, SeverityWarning, "a button of the bank's page does nothing",
		"A decision of the step's own needs a `redirect` transition that takes it.",
		"scenarios:\n  - name: all\n    authentication: {status: REDIRECT_REQUIRED, decisions: [{id: partly, name: Only some}], next: " +
			"[{redirect: approved, then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: REDIRECT_REQUIRED, decisions: [{id: partly, name: Only some}], next: " +
			"[{redirect: partly, then: AUTHENTICATED}]}\n"},
}
