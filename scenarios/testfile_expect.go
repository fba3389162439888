package scenarios

import (
	"fmt"
	"net/textproto"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// Expected is what an answer, or a part of one, must be.
type Expected struct {
	Position `yaml:"-"`

	// Form says which of the fields below counts.
	Form ExpectedForm
	// Text is the condition on a text; a value that is null counts as the empty text.
	Text engine.Matcher
	// Number is the range that a number must lie in.
	Number engine.Range
	// Flag is the value of a truth.
	Flag bool
	// Moment is a time, counted from the start of the test.
	Moment engine.Duration
	// Fields are those of an object that are expected to be something.
	Fields []ExpectedField
	// Items are those of a list: as many, in this order.
	Items []Expected
}

// ExpectedField is an expectation of one field of an answer.
type ExpectedField struct {
	// Name of the field, as in the answer.
	Name string
	Expected
}

// ExpectedForm says what kind of value is expected.
type ExpectedForm int

// The forms of an expectation.
const (
	// ExpectNothing: the value is null (`null`).
	ExpectNothing ExpectedForm = iota
	// ExpectAnything: there is a value (`any`).
	ExpectAnything
	ExpectText
	ExpectNumber
	ExpectFlag
	ExpectMoment
	ExpectFields
	ExpectItems
)

// String returns the expectation in the language's words.
func (e *Expected) String() string {
	switch e.Form {
	case ExpectAnything:
		return AnyWord
	case ExpectText:
		if e.Text.Equals != nil && *e.Text.Equals != "" && len(e.Text.OneOf) == 0 && !e.Text.IgnoreCase {
			return *e.Text.Equals
		}
		return e.Text.String()
	case ExpectNumber:
		return e.Number.String()
	case ExpectFlag:
		return strconv.FormatBool(e.Flag)
	case ExpectMoment:
		return e.Moment.String()
	case ExpectFields:
		return "{…}"
	case ExpectItems:
		return counted(len(e.Items), "item")
	default:
		return "null"
	}
}

// answerField is a field that answers have.
type answerField struct {
	name string
	form ExpectedForm
	// words are all the texts there are, where they are few.
	words []string
	// fields are those of an object, or of each item of a list.
	fields []answerField
	// failure says that the field is one of an error of the bank.
	failure bool
	// short is the field of an object that a single value stands for, "" where none does.
	short string
	// free says that it may be anything.
	free bool
}

func textField(name string, words ...string) answerField {
	return answerField{name: name, form: ExpectText, words: words}
}

func objectField(name, short string, fields []answerField) answerField {
	return answerField{name: name, form: ExpectFields, short: short, fields: fields}
}

func listField(name, short string, fields []answerField) answerField {
	return answerField{name: name, form: ExpectItems, short: short, fields: fields}
}

func numberField(name string) answerField { return answerField{name: name, form: ExpectNumber} }
func momentField(name string) answerField { return answerField{name: name, form: ExpectMoment} }

// failureFields are those of an error of the bank.
var failureFields = []answerField{
	{name: "code", form: ExpectText, failure: true}, textField("message"), textField("display_message"),
	{name: "retryable", form: ExpectFlag}, textField("actor", texts(engine.Actors())...),
}

var imageFields = []answerField{textField("mime_type"), textField("data")}

// answerFields are what can be expected of an answer: the fields of a process and of a connection,
// which scenario made it and how it shapes it on the wire, the problem that came instead, and the
// history of an import.
var answerFields = []answerField{
	textField("status", append(texts(engine.Statuses()), texts(engine.ImportStatuses())...)...),
	textField("scenario"),
	objectField("error", "code", failureFields),
	objectField("problem", "code", []answerField{textField("code"), textField("detail")}),
	objectField("challenge", "", []answerField{
		textField("kind", texts(engine.ChallengeKinds())...), textField("message"), textField("answer_field_label"),
		objectField("image", "", imageFields), listField("images", "", imageFields), textField("optical_data"), textField("shows"),
		listField("fields", "name", []answerField{textField("name"), textField("label")}),
		listField("two_step_procedures", "id", []answerField{
			textField("id"), textField("name"), textField("challenge_kind", texts(engine.ChallengeKinds())...),
		}),
		numberField("attempts_left"),
	}),
	textField("redirect_url"), textField("location"),
	numberField("import_progress"), textField("import_message"), listField("warnings", "code", failureFields),
	textField("authentication_status", texts(engine.Statuses())...),
	listField("history", "", []answerField{
		numberField("run"), momentField("at"), textField("status", texts(engine.ImportStatuses())...),
		numberField("progress"), textField("message"), objectField("error", "code", failureFields),
	}),
	objectField("respond", "", []answerField{
		momentField("delay"), numberField("http_status"), momentField("retry_after"),
		textField("fault", texts(engine.WireFaults())...), textField("body"),
	}),
	textField("bank_slug"), textField("bank_authentication_process_id"), textField("id"),
	momentField("created_at"), momentField("updated_at"), momentField("expires_at"), momentField("finished_at"),
}

// AnswerFields lists the names of what can be expected of an answer.
func AnswerFields() []string {
	names := make([]string, len(answerFields))
	for i := range answerFields {
		names[i] = answerFields[i].name
	}
	return names
}

// decodeExpectation reads what an answer must be.
func decodeExpectation(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	field := objectField(what, "status", answerFields)
	*into.Addr().Interface().(*Expected) = d.expected(node, &field)
}

// expected reads what a field must be.
func (d *decoder) expected(node *yaml.Node, field *answerField) Expected {
	node = follow(node)
	e := Expected{Position: Position{file: d.file, node: node}, Form: field.form}
	if isEmpty(node) {
		d.problem(node, CodeEmptyValue, "write `null` where there must be nothing, `any` where there must be something", "%s has no value",
			field.name)
		return e
	}
	if field.free {
		free := d.freely(node, field.name)
		if field.name == "headers" {
			for i := range free.Fields {
				free.Fields[i].Name = textproto.CanonicalMIMEHeaderKey(free.Fields[i].Name)
			}
		}
		return free
	}
	if form, found := plainWord(node); found {
		e.Form = form
		return e
	}
	into := reflect.ValueOf(&e).Elem()
	switch field.form {
	case ExpectText:
		d.expectedText(node, &e, field)
	case ExpectNumber:
		decodeRange(d, node, into.FieldByName("Number"), field.name)
	case ExpectFlag:
		decodeBool(d, node, into.FieldByName("Flag"), field.name)
	case ExpectMoment:
		decodeDuration(d, node, into.FieldByName("Moment"), field.name)
	case ExpectItems:
		d.expectedItems(node, &e, field)
	default:
		d.expectedFields(node, &e, field)
	}
	return e
}

// plainWord recognises `null` and `any`; in quotes they are texts.
func plainWord(node *yaml.Node) (ExpectedForm, bool) {
	switch {
	case node.Kind != yaml.ScalarNode || node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return 0, false
	case node.Tag == "!!null":
		return ExpectNothing, true
	default:
		return ExpectAnything, node.Value == AnyWord
	}
}

func (d *decoder) expectedText(node *yaml.Node, e *Expected, field *answerField) {
	decodeMatcher(d, node, reflect.ValueOf(&e.Text).Elem(), field.name)
	if err := e.Text.Compile(); err != nil {
		return // a pattern that cannot be read was reported
	}
	literals, _ := e.Text.Literals()
	if field.name == "code" && field.failure {
		for _, code := range literals {
			checkCode(d.report, spanOf(d.file, node), engine.Text(code), nil)
		}
	}
	for _, word := range literals {
		if len(field.words) > 0 && !slices.Contains(field.words, word) && !ofScenario(word, field) {
			d.problem(node, wordCode(field.name), d.wordHint(word, field.words, field.name), "%q is no %s", word,
				strings.ReplaceAll(field.name, "_", " "))
		}
	}
}

func wordCode(field string) Code {
	if strings.HasSuffix(field, "status") {
		return CodeUnknownStatus
	}
	return CodeUnknownWord
}

// expectedFields reads an expectation of an object: of its fields, or of the one that a single value
// stands for.
func (d *decoder) expectedFields(node *yaml.Node, e *Expected, field *answerField) {
	e.Form = ExpectFields
	if node.Kind != yaml.MappingNode {
		if field.short == "" {
			d.wrongForm(node, field.name, "a mapping (key: value), null or any")
			return
		}
		short := fieldNamed(field.fields, field.short)
		e.Fields = []ExpectedField{{short.name, d.expected(node, short)}}
		return
	}
	for key, value := range pairs(node) {
		if !d.goodKey(key, field.name) {
			continue
		}
		inner := fieldNamed(field.fields, key.Value)
		if inner == nil && ofScenario(key.Value, field) {
			e.Fields = append(e.Fields, ExpectedField{key.Value, d.expectedMember(value, key.Value)})
			continue
		}
		if inner == nil {
			d.problem(key, CodeUnknownKey, fieldHint(key.Value, field), "%s has no key %q", field.name, key.Value)
			continue
		}
		e.Fields = append(e.Fields, ExpectedField{inner.name, d.expected(value, inner)})
	}
}

func (d *decoder) expectedItems(node *yaml.Node, e *Expected, field *answerField) {
	if node.Kind != yaml.SequenceNode {
		d.wrongForm(node, field.name, "a list, null or any")
		return
	}
	item := objectField("an item of "+field.name, field.short, field.fields)
	for _, one := range node.Content {
		e.Items = append(e.Items, d.expected(one, &item))
	}
}

func fieldNamed(fields []answerField, name string) *answerField {
	for i := range fields {
		if fields[i].name == name {
			return &fields[i]
		}
	}
	return nil
}

// fieldHint says what an unknown field was meant to be: one that is spelt like it, or one of another
// object.
func fieldHint(name string, of *answerField) string {
	names := make([]string, len(of.fields))
	for i := range of.fields {
		names[i] = of.fields[i].name
	}
	if near := nearest(name, names); near != "" {
		return didYouMean(name, names)
	}
	for _, one := range synonyms[foldWord(name)] {
		if one.key != "http_status" && fieldNamed(of.fields, one.key) != nil { // a declared api's alone
			return fmt.Sprintf("did you mean %q?", one.key)
		}
	}
	for i := range of.fields {
		if inner := &of.fields[i]; inner.form == ExpectFields && fieldNamed(inner.fields, name) != nil {
			return fmt.Sprintf("%q belongs beneath `%s`", name, inner.name)
		}
	}
	return "one of " + strings.Join(names, ", ")
}
