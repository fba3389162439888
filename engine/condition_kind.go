package engine

// Knowledge is what is known where a condition stands, or what a condition needs to know.
type Knowledge uint

// What can be known of a request, and of the record that it concerns.
const (
	// KnowsUser: the bank and the user.
	KnowsUser Knowledge = 1 << iota
	// KnowsLogin: the password and the further members of a login's body.
	KnowsLogin
	// KnowsRequest: the headers of a client's request.
	KnowsRequest
	// KnowsScenario: the scenario that was chosen.
	KnowsScenario
	// KnowsAuthentication: since when the user is authenticated.
	KnowsAuthentication
	// KnowsRun: which update of a connection this is.
	KnowsRun
	// KnowsRecords: what happened before, and how switches stand. Where time alone brings something, a
	// state must stay a function of the frozen flow, the inputs and time.
	KnowsRecords
	// KnowsSession: the name of the session.
	KnowsSession
	// KnowsProcess, KnowsConnection and KnowsAccount: what the request is about.
	KnowsProcess
	KnowsConnection
	KnowsAccount
)

// ConditionKind is all that the house knows of one condition of `when`.
type ConditionKind struct {
	// Key is the condition's name in the scenario language.
	Key string
	// Fact tells facts from matchers.
	Fact bool
	// Needs is what must be known where the condition stands.
	Needs Knowledge

	// asks reports whether a condition asks for this.
	asks func(w *Condition) bool
	// holds reports whether what is asked for is so; nil for matchers, which were asked before.
	holds func(w *Condition, q *inquiry) (bool, error)
	// describe says what is asked, in the scenario language's words.
	describe func(w *Condition) []ConditionText
	// explain says what was asked, and how it is.
	explain func(w *Condition, q *inquiry) ([]ExplainedCondition, error)
}

// conditionKinds are the conditions of `when`, in the order in which they are explained.
var conditionKinds []ConditionKind

func init() {
	conditionKinds = []ConditionKind{
		bankCondition, usernameCondition, passwordCondition, sessionCondition, scenarioCondition,
		headersCondition, fieldsCondition,
		attemptCondition, connectionsCondition, openProcessesCondition, countersCondition,
		timeCondition, sessionAgeCondition, probabilityCondition, lastAuthenticatedCondition,
		olderThanCondition, runsCondition, switchesCondition,
		anyOfCondition, notCondition,
	}
}

// ConditionKinds lists the conditions of `when`.
func ConditionKinds() []ConditionKind { return append([]ConditionKind(nil), conditionKinds...) }

// Asks reports whether the condition itself, those within it aside, asks for this.
func (k *ConditionKind) Asks(w *Condition) bool { return k.asks(w) }
