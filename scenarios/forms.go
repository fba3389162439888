package scenarios

import (
	"maps"
	"reflect"
	"time"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// Form is one way of writing a value.
type Form struct {
	// Form is scalar, list or mapping.
	Form string
	// Doc says what the value means when it is written so.
	Doc string
	// Example is a value as it may be written.
	Example string
	// Words are all the scalars there are, where they are few.
	Words []string
	// Pattern is a regular expression of the scalars there are, or of the keys of a mapping to texts.
	Pattern string
	// Type is what a mapping, or each item of a list, holds; nil for scalars.
	Type reflect.Type
	// Values is the type of the values of a mapping whose keys its author chooses; nil where it is no such one.
	Values reflect.Type
}

var forms = map[reflect.Type][]Form{
	reflect.TypeFor[engine.Duration](): {
		{Form: "scalar", Doc: "a length of time: numbers with the units ms, s, m, h and d", Example: "1m30s",
			Pattern: `^(0|(\d{1,12}(\.\d{1,9})?(ms|s|m|h|d))+|[\s\S]*\$\{[A-Za-z_][A-Za-z0-9_]*\}[\s\S]*)$`},
		{Form: "mapping", Doc: "drawn anew for every login, between two lengths of time", Example: "{between: [1s, 3s]}",
			Type: reflect.TypeFor[Between]()},
		{Form: "mapping", Doc: "drawn log-normally: most are short, some are long", Example: "{median: 2s, sigma: 0.5}",
			Type: reflect.TypeFor[LogNormal]()},
	},
	reflect.TypeFor[time.Duration](): {
		{Form: "scalar", Doc: "a length of time: numbers with the units ms, s, m, h and d", Example: "10s",
			Pattern: `^(0|(\d{1,12}(\.\d{1,9})?(ms|s|m|h|d))+)$`},
	},
	reflect.TypeFor[engine.Percent](): {
		{Form: "scalar", Doc: "a whole number from 0 to 100", Example: "60",
			Pattern: `^([+-]?0+|\+?0*([1-9]\d?|100)|[\s\S]*\$\{[A-Za-z_][A-Za-z0-9_]*\}[\s\S]*)$`},
	},
	reflect.TypeFor[engine.Range](): {
		{Form: "scalar", Doc: "a number, or a range with one end or two", Example: "3..", Pattern: `^\s*\d+\s*(\.\.\s*\d*\s*)?$`},
	},
	reflect.TypeFor[engine.Text](): {
		{Form: "scalar", Doc: "a text, in which ${name} stands for what the login's named group captured", Example: "${code}"},
	},
	reflect.TypeFor[Wording](): {
		{Form: "scalar", Doc: "a text, in which ${name} stands for what the login's named group captured", Example: "Enter the TAN"},
		{Form: "mapping", Doc: "the text by language (BCP 47 tags), the default first",
			Example: "{en: Enter the TAN, de: Geben Sie die TAN ein}",
			Pattern: `^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`},
	},
	reflect.TypeFor[engine.Matcher](): {
		{Form: "scalar", Doc: "exactly this text, as it is written; `any` takes every value", Example: "tester"},
		{Form: "list", Doc: "one of these", Example: "[a, b]", Type: reflect.TypeFor[engine.Matcher]()},
		{Form: "mapping", Doc: "every key must hold", Example: "{prefix: fail_}", Type: reflect.TypeFor[MatcherKeys]()},
	},
	reflect.TypeFor[engine.Status]():        {{Form: "scalar", Doc: "a status", Words: texts(engine.Statuses())}},
	reflect.TypeFor[engine.Actor]():         {{Form: "scalar", Doc: "who must act", Words: texts(engine.Actors())}},
	reflect.TypeFor[engine.ChallengeKind](): {{Form: "scalar", Doc: "a kind of challenge", Words: texts(engine.ChallengeKinds())}},
	reflect.TypeFor[Words](): {
		{Form: "scalar", Doc: "one text", Example: "slow"},
		{Form: "list", Doc: "several texts", Example: "[slow, sca]", Type: reflect.TypeFor[string]()},
	},
	reflect.TypeFor[Step](): {
		{Form: "scalar", Doc: "a status and nothing else", Example: "AUTHENTICATED", Words: texts(engine.Statuses())},
		{Form: "mapping", Doc: "a step of `steps`, by its name", Example: "{goto: soon-approved}", Type: reflect.TypeFor[Goto]()},
		{Form: "mapping", Doc: "a step", Example: "{status: AUTHENTICATION_FAILED, error: {code: SCA_DENIED}}",
			Type: reflect.TypeFor[Step]()},
	},
	reflect.TypeFor[Then](): {
		{Form: "scalar", Doc: "a status and nothing else", Example: "AUTHENTICATED", Words: texts(engine.Statuses())},
		{Form: "mapping", Doc: "a step of `steps`, by its name", Example: "{goto: soon-approved}", Type: reflect.TypeFor[Then]()},
		{Form: "mapping", Doc: "a step", Example: "{status: AUTHENTICATION_FAILED, error: {code: SCA_DENIED}}",
			Type: reflect.TypeFor[Step]()},
	},
	reflect.TypeFor[Import](): {
		{Form: "scalar", Doc: "one of `imports`, by its name", Example: "slow-import"},
		{Form: "mapping", Doc: "a straight line", Example: "{takes: 2s, stops_at: 60, outcome: FAILED_WITH_ERROR}",
			Type: reflect.TypeFor[Import]()},
		{Form: "list", Doc: "points in time", Example: "[{after: 1s, progress: 40}, {after: 1s, status: SUCCESS}]",
			Type: reflect.TypeFor[Point]()},
	},
	reflect.TypeFor[Update](): {
		{Form: "scalar", Doc: "one of `imports`, by its name", Example: "slow-import"},
		{Form: "mapping", Doc: "the only case", Example: "{takes: 1s}", Type: reflect.TypeFor[UpdateCase]()},
		{Form: "list", Doc: "cases, of which the first that fits is played",
			Example: "[{older_than: 90d, outcome: FAILED_WITH_ERROR, error: CONSENT_EXPIRED}, {takes: 3s}]",
			Type:    reflect.TypeFor[UpdateCase]()},
		{Form: "list", Doc: "the only case, as points in time", Example: "[{after: 1s, progress: 40}, {after: 1s, status: SUCCESS}]",
			Type: reflect.TypeFor[Point]()},
	},
	reflect.TypeFor[Failure](): {
		{Form: "scalar", Doc: "the code alone; the rest comes from `errors`", Example: "INVALID_CREDENTIALS"},
		{Form: "mapping", Doc: "the code and what differs from `errors`", Example: "{code: BANK_SERVER_REJECTION, retryable: true}",
			Type: reflect.TypeFor[Failure]()},
	},
}

// Forms returns the ways in which a value of the type may be written. A type without any is written
// as its kind says: a struct as a mapping with its keys, a string as a text.
func Forms(t reflect.Type) []Form { return forms[t] }

// Between is a length of time that is drawn.
type Between struct {
	Position `yaml:"-"`

	// Between holds the shortest and the longest.
	Between []time.Duration `yaml:"between" required:"true" example:"[1s, 3s]"`
}

func texts[T ~string](words []T) []string {
	out := make([]string, len(words))
	for i, word := range words {
		out[i] = string(word)
	}
	return out
}

// decoders read the types that [shapes] lists. It is filled by the init of each file, since they use each other.
var decoders = make(map[reflect.Type]decodeFunc)

func init() {
	maps.Copy(decoders, map[reflect.Type]decodeFunc{
		reflect.TypeFor[engine.Duration]():      decodeDuration,
		reflect.TypeFor[time.Duration]():        decodeLength,
		reflect.TypeFor[engine.Percent]():       decodePercent,
		reflect.TypeFor[engine.Range]():         decodeRange,
		reflect.TypeFor[engine.Matcher]():       decodeMatcher,
		reflect.TypeFor[engine.Status]():        decodeWord(texts(engine.Statuses())),
		reflect.TypeFor[engine.Actor]():         decodeWord(texts(engine.Actors())),
		reflect.TypeFor[engine.ChallengeKind](): decodeWord(texts(engine.ChallengeKinds())),
		reflect.TypeFor[Words]():                decodeWords,
		reflect.TypeFor[Wording]():              decodeWording,
		reflect.TypeFor[Scenario]():             decodeScenario,
		reflect.TypeFor[Step]():                 decodeStep,
		reflect.TypeFor[Then]():                 decodeThen,
		reflect.TypeFor[Import]():               decodeImport,
		reflect.TypeFor[Update]():               decodeUpdate,
		reflect.TypeFor[Failure]():              decodeFailure,
	})
}

// decodeStep reads a status, a step, or the name of one.
func decodeStep(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	step := into.Addr().Interface().(*Step)
	if node.Kind == yaml.MappingNode && writes(node, "goto") {
		var by Goto
		decodeStruct(d, node, reflect.ValueOf(&by).Elem(), "a step with goto")
		*step = Step{Position: by.Position, Goto: by.Goto}
		return
	}
	if node.Kind != yaml.ScalarNode || isEmpty(node) {
		if step.Goto != "" {
			*step = Step{} // defaults of another form do not merge
		}
		decodeStruct(d, node, into, what)
		return
	}
	*step = Step{Position: Position{file: d.file, node: node}}
	decodeWord(texts(engine.Statuses()))(d, node, reflect.ValueOf(&step.Status).Elem(), "status")
}

// decodeThen reads a status, a step, or the name of one.
func decodeThen(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	then := into.Addr().Interface().(*Then)
	if node.Kind == yaml.MappingNode && writes(node, "goto") {
		decodeStruct(d, node, into, "a `then` with goto")
		return
	}
	*then = Then{Position: Position{file: d.file, node: node}, Step: new(Step)}
	if node.Kind == yaml.ScalarNode && !isEmpty(node) {
		then.Step.Position = then.Position
		decodeWord(texts(engine.Statuses()))(d, node, reflect.ValueOf(&then.Step.Status).Elem(), what)
		return
	}
	decodeStep(d, node, reflect.ValueOf(then.Step).Elem(), what)
}

// decodeImport reads a name, a straight line, or points.
func decodeImport(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	timeline := into.Addr().Interface().(*Import)
	switch {
	case node.Kind == yaml.ScalarNode && !isEmpty(node):
		*timeline = Import{Position: Position{file: d.file, node: node}, Name: node.Value}
	case node.Kind == yaml.SequenceNode:
		*timeline = Import{Position: Position{file: d.file, node: node}}
		decodeList(reflect.TypeFor[[]Point]())(d, node, reflect.ValueOf(&timeline.Points).Elem(), what)
		if len(node.Content) == 0 {
			d.problem(node, CodeImportNoEnd, "write at least one point, with a `status`", "%s has no points", what)
		}
	default:
		if timeline.Name != "" || timeline.Points != nil {
			*timeline = Import{} // defaults of another form do not merge
		}
		decodeStruct(d, node, into, what)
	}
}

// decodeUpdate reads one case or a list of them.
func decodeUpdate(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	update := into.Addr().Interface().(*Update)
	switch {
	case node.Kind == yaml.SequenceNode && len(node.Content) > 0 && !cases(node):
		at := Position{file: d.file, node: node}
		*update = Update{{Position: at, Import: new(Import)}}
		decodeImport(d, node, reflect.ValueOf((*update)[0].Import).Elem(), "import")
	case node.Kind == yaml.SequenceNode:
		var cases []UpdateCase
		decodeList(reflect.TypeFor[[]UpdateCase]())(d, d.withoutPoints(node), reflect.ValueOf(&cases).Elem(), what)
		*update = cases
	case node.Kind == yaml.ScalarNode && !isEmpty(node):
		at := Position{file: d.file, node: node}
		*update = Update{{Position: at, Import: &Import{Position: at, Name: node.Value}}}
	default:
		only := UpdateCase{}
		if before := *update; len(before) == 1 && before[0].node != nil && before[0].node.Kind == yaml.MappingNode {
			only = before[0] // a mapping adds to that of the defaults
		}
		*update = Update{only}
		decodeStruct(d, node, reflect.ValueOf(&(*update)[0]).Elem(), what)
		*update = d.allCases((*update)[0])
	}
}

// allCases returns the cases that a mapping lists under `cases`, or the mapping as the only one. What is said for
// all of them stays with the first.
func (d *decoder) allCases(only UpdateCase) Update {
	if only.Cases == nil {
		return Update{only}
	}
	for _, key := range planOf(reflect.TypeFor[UpdateCase]()).names {
		if key != "cases" && key != "while_running" && only.has(key) {
			d.report.add(only.key(key), CodeConflict, "write it in one of the cases",
				"%q belongs to a case, beside `cases` it says nothing", key)
		}
	}
	if len(only.Cases) == 0 {
		only.Cases = nil
		return Update{only}
	}
	all := Update(only.Cases)
	if all[0].WhileRunning == "" {
		all[0].WhileRunning = only.WhileRunning
	}
	return all
}

// cases reports whether a list under `update` holds cases rather than points: something in it is said as only
// a case can say it.
func cases(list *yaml.Node) bool {
	ofCase, ofPoint := planOf(reflect.TypeFor[UpdateCase]()), planOf(reflect.TypeFor[Point]())
	for _, item := range list.Content {
		if item = follow(item); item.Kind != yaml.MappingNode {
			return true
		}
		for key := range pairs(item) {
			_, inCase := ofCase.byName[key.Value]
			if _, inPoint := ofPoint.byName[key.Value]; inCase && !inPoint {
				return true
			}
		}
	}
	return false
}

// withoutPoints returns a list of cases without the points that somebody has put among them, and reports those
// once.
func (d *decoder) withoutPoints(list *yaml.Node) *yaml.Node {
	ofCase, ofPoint := planOf(reflect.TypeFor[UpdateCase]()), planOf(reflect.TypeFor[Point]())
	out, reported := *list, false
	out.Content = nil
	for _, item := range list.Content {
		point := (*yaml.Node)(nil)
		if follow(item).Kind == yaml.MappingNode {
			for key := range pairs(follow(item)) {
				_, inCase := ofCase.byName[key.Value]
				if _, inPoint := ofPoint.byName[key.Value]; inPoint && !inCase && point == nil {
					point = key
				}
			}
		}
		if point == nil {
			out.Content = append(out.Content, item)
			continue
		}
		if !reported {
			d.problem(point, CodeUnknownKey, "give the case an import of its own: `import: [{after: 1s, progress: 40}, {after: 1s, "+
				"status: SUCCESS}]`",
				"a case of update has no key %q, which belongs to a point of an import", point.Value)
		}
		reported = true
	}
	return &out
}

// decodeFailure reads a code, or a code and more.
func decodeFailure(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	if node.Kind != yaml.ScalarNode || isEmpty(node) {
		into.Addr().Interface().(*Failure).None = false // what defaults say may be null
		decodeStruct(d, node, into, what)
		return
	}
	failure := into.Addr().Interface().(*Failure)
	if isNull(node) {
		*failure = Failure{Position: Position{file: d.file, node: node}, None: true}
		return
	}
	*failure = Failure{Position: Position{file: d.file, node: node}, Code: engine.Text(node.Value)}
}
