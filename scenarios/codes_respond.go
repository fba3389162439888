package scenarios

var respondCodes = []CodeInfo{
	{CodeNoPicture, SeverityError, "a challenge without a picture has something to show",
		"`shows` and `changes_every` are about the picture or code of a PHOTO, QR or FLICKER_CODE challenge. A TEXT challenge says what " +
			"it has to say in its `message`.",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {shows: \"123456\"}, next: " +
			"[{challenge_response: \"123456\", then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {kind: PHOTO, shows: " +
			"\"123456\"}, next: [{challenge_response: \"123456\", then: AUTHENTICATED}]}\n"},
	{CodeBadPicture, SeverityError, "a picture or code cannot carry what it is to show",
		"A PHOTO is read by people: it shows at most 24 Latin letters, digits and signs. A QR code carries at most 500 bytes. A " +
			"FLICKER_CODE carries a start code of 1 to 12 digits and, each after a space, up to three data elements of 1 to 36 letters, " +
			"digits and signs of ASCII; with `changes_every` up to two, since the picture's number is another. Where named groups " +
			"complete the text, the login is refused with the problem `scenario_value` instead.",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {kind: FLICKER_CODE, shows: " +
			"\"TAN 123456\"}, next: [{challenge_response: \"123456\", then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {kind: FLICKER_CODE, shows: " +
			"\"123456\"}, next: [{challenge_response: \"123456\", then: AUTHENTICATED}]}\n"},
	{CodeEmptyPicture, SeverityWarning, "a picture or code has nothing to show",
		"A PHOTO, QR or FLICKER_CODE challenge without `shows` has neither an image nor optical data: the user has nothing to " +
			"photograph, to scan or to read.",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {kind: QR}, next: " +
			"[{challenge_response: \"123456\", then: AUTHENTICATED}]}\n",
		"scenarios:\n  - name: all\n    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {kind: QR, shows: \"123456\"}, " +
			"next: [{challenge_response: \"123456\", then: AUTHENTICATED}]}\n"},
	{CodeShapesNothing, SeverityError, "a response leaves the answer as it is",
		"A `respond` or a fault does something to an answer: delay, http_status, headers, body, retry_after, fault or rate_limit. A " +
			"`probability` alone does not.",
		"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATED, respond: {probability: 0.1}}}\n",
		"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATED, respond: {probability: 0.1, http_status: 503}}}\n"},
	{CodeBadHTTPStatus, SeverityError, "a status code cannot end an answer",
		"`http_status` is a number from 200 to 599. Those below 200 announce an answer that is still to come.",
		"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATED, respond: {http_status: 60}}}\n",
		"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATED, respond: {http_status: 503}}}\n"},
	{CodeBadHeader, SeverityError, "a header cannot be sent, or not be seen",
		"Names of headers are letters, digits and dashes, and values one line. The headers that say where a message ends are mockbank's " +
			"own, and " +
			"no condition sees them. The Host is compared without its port.",
		"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATED, respond: {headers: {Content-Length: 0}}}}\n",
		"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATED, respond: {headers: {X-Request-Cost: 0}}}}\n"},
	{CodeBadProbability, SeverityError, "a probability is not from 0 to 1",
		"0.1 is one answer of ten.",
		"faults: [{endpoint: banks, probability: 10%, http_status: 503}]\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"faults: [{endpoint: banks, probability: 0.1, http_status: 503}]\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
}
