package scenarios

var apiCodes = []CodeInfo{
	{CodeUnknownPath, SeverityError, "a ${path} of an api leads nowhere",
		"Answers of declared apis name what is there: the request, the record, and what the api declares.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\napis:\n  - name: my\n    base: /my\n    endpoints:\n" +
			"      GET /logins/{process}:\n        does: read\n        answer: {body: {state: \"${process.statuss}\"}}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\napis:\n  - name: my\n    base: /my\n    endpoints:\n" +
			"      GET /logins/{process}:\n        does: read\n        answer: {body: {state: \"${process.status}\"}}\n"},
	{CodeBadRoute, SeverityError, "a route cannot be read",
		"A route is a method and a path beneath the api's base, in which {name} stands for one part.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n" +
			"apis: [{name: my, base: /my, endpoints: {\"/ping\": {answer: {status: 204}}}}]\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n" +
			"apis: [{name: my, base: /my, endpoints: {\"GET /ping\": {answer: {status: 204}}}}]\n"},
	{CodeRouteTaken, SeverityError, "a route is there already",
		"Mockbank's own routes go first, so a declared one of the same path would never be asked. `replaces` takes one over; an api " +
			"with `accept` shares it.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n" +
			"apis: [{name: my, base: /api/v1, endpoints: {\"GET /banks\": {does: banks, answer: {body: \"${banks}\"}}}}]\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n" +
			"apis: [{name: my, base: /api/v1, replaces: [GET /api/v1/banks], endpoints: {\"GET /banks\": {does: banks, answer: {body: " +
			"\"${banks}\"}}}}]\n"},
	{CodeDataCircle, SeverityError, "data of an api names itself",
		"Entries of `data`, tables of `words` and the lists of `ids` may name each other, as long as none leads back to itself.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n" +
			"apis: [{name: my, base: /my, data: {a: \"${data.b}\", b: \"${data.a}\"}, endpoints: {\"GET /a\": {answer: {body: " +
			"\"${data.a}\"}}}}]\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n" +
			"apis: [{name: my, base: /my, data: {a: \"${data.b}\", b: 1}, endpoints: {\"GET /a\": {answer: {body: \"${data.a}\"}}}}]\n"},
	{CodeSecretKept, SeverityError, "an endpoint keeps a secret",
		"What an endpoint keeps is stored, and no password, answer to a challenge or further field of a login may be.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n" +
			"apis: [{name: my, base: /my, endpoints: {\"POST /logins\": {does: {authenticate: {password: \"${body.pin}\"}}, keep: [pin, " +
			"reference], answer: {status: 201}}}}]\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n" +
			"apis: [{name: my, base: /my, endpoints: {\"POST /logins\": {does: {authenticate: {password: \"${body.pin}\"}}, keep: " +
			"[reference], answer: {status: 201}}}}]\n"},
	{CodeWordLacks, SeverityWarning, "a table of words lacks a status",
		"A status without an entry is sent as the bank says it, which the api's clients hardly know.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\napis:\n  - name: my\n    base: /my\n" +
			"    words: {import: {SUCCESS: READY}}\n    endpoints:\n" +
			"      GET /logins/{process}: {does: read, answer: {body: {state: \"${words.import[connection.status]}\"}}}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\napis:\n  - name: my\n    base: /my\n" +
			"    words: {import: {SUCCESS: READY, any: PENDING}}\n    endpoints:\n" +
			"      GET /logins/{process}: {does: read, answer: {body: {state: \"${words.import[connection.status]}\"}}}\n"},
	{CodeNoAnswer, SeverityWarning, "an endpoint may have no answer that fits",
		"Of `answers` the first whose `when` holds is given. Where none does, the endpoint answers 204 without a body.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\napis:\n  - name: my\n    base: /my\n    endpoints:\n" +
			"      GET /logins/{process}: {does: read, answers: [{when: {process: AUTHENTICATED}, body: {in: true}}]}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\napis:\n  - name: my\n    base: /my\n    endpoints:\n" +
			"      GET /logins/{process}: {does: read, answers: [{when: {process: AUTHENTICATED}, body: {in: true}}, {body: {in: " +
			"false}}]}\n"},
	{CodeUnknownDecision, SeverityWarning, "no bank's page has the decision of which an api says what comes back",
		"`returns` goes by the decision on the bank's page: approved, declined, or one that a step of a scenario offers in its " +
			"`decisions`.",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\napis:\n  - name: my\n    base: /my\n" +
			"    returns: {aproved: {query: {ok: 1}}}\n    endpoints: {GET /a: {answer: {status: 204}}}\n",
		"scenarios:\n  - {name: all, authentication: AUTHENTICATED}\napis:\n  - name: my\n    base: /my\n" +
			"    returns: {approved: {query: {ok: 1}}}\n    endpoints: {GET /a: {answer: {status: 204}}}\n"},
}
