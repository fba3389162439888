package engine

// The conditions on the texts of a login, and of the record that it led to.
var (
	bankCondition = textKind("bank", KnowsUser, false, func(w *Condition) *Matcher { return &w.Bank },
		func(login *Login) string { return login.Bank })
	usernameCondition = textKind("username", KnowsUser, false, func(w *Condition) *Matcher { return &w.Username },
		func(login *Login) string { return login.Username })
	passwordCondition = textKind("password", KnowsLogin, true, func(w *Condition) *Matcher { return &w.Password },
		func(login *Login) string { return login.Password })
	sessionCondition = textKind("session", KnowsSession, false, func(w *Condition) *Matcher { return &w.Session },
		func(login *Login) string { return login.Session })
	scenarioCondition = textKind("scenario", KnowsScenario, false, func(w *Condition) *Matcher { return &w.Scenario },
		func(login *Login) string { return login.answered })
)

// textKind is the condition that a matcher takes one of a login's texts.
func textKind(key string, needs Knowledge, secret bool, matcher func(*Condition) *Matcher, text func(*Login) string) ConditionKind {
	return ConditionKind{
		Key: key, Needs: needs,
		asks:     func(w *Condition) bool { return !matcher(w).MatchesAll() },
		describe: describeOne(key, func(w *Condition) string { return matcher(w).String() }),
		explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
			said := textCondition{key, matcher(w), text(q.login), secret, q.login.at}
			return []ExplainedCondition{said.explain()}, nil
		},
	}
}

// headersCondition is about the headers of the request.
var headersCondition = ConditionKind{
	Key: "headers", Needs: KnowsRequest,
	asks: func(w *Condition) bool { return len(w.Headers) > 0 },
	describe: func(w *Condition) []ConditionText {
		return describeNamed("headers", w.Headers, func(m Matcher) string { return m.String() })
	},
	explain: func(w *Condition, q *inquiry) (all []ExplainedCondition, err error) {
		for _, name := range sortedNames(w.Headers) {
			matcher := w.Headers[name]
			said := textCondition{"headers." + name, &matcher, q.login.header(name), secretHeader(name), q.login.at}
			all = append(all, said.explain())
		}
		return all, nil
	},
}

// fieldsCondition is about the further members of a login's body, which are secret as a password is.
var fieldsCondition = ConditionKind{
	Key: "fields", Needs: KnowsLogin,
	asks: func(w *Condition) bool { return len(w.Fields) > 0 },
	describe: func(w *Condition) []ConditionText {
		return describeNamed("fields", w.Fields, func(m Matcher) string { return m.String() })
	},
	explain: func(w *Condition, q *inquiry) (all []ExplainedCondition, err error) {
		for _, name := range sortedNames(w.Fields) {
			matcher := w.Fields[name]
			said := textCondition{"fields." + name, &matcher, q.login.Fields[name], true, q.login.at}
			all = append(all, said.explain())
		}
		return all, nil
	},
}
