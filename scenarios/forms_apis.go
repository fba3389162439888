package scenarios

import (
	"reflect"
	"slices"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
	"gopkg.in/yaml.v3"
)

// operationWords are what `does` may say.
func operationWords() []string { return texts(surface.OperationKinds()) }

func init() {
	anyValue := []Form{
		{Form: "scalar", Doc: "a text, a number, a truth or null; a `${…}` alone keeps its JSON type", Example: "\"${process.id}\""},
		{Form: "mapping", Doc: "an object, or `{each: list, is: element}`, which makes a list", Example: "{id: \"${process.id}\"}"},
		{Form: "list", Doc: "a list", Example: "[]"},
	}
	forms[reflect.TypeFor[Value]()] = anyValue
	forms[reflect.TypeFor[APIReturns]()] = []Form{
		{Form: "scalar", Doc: "`nowhere` leaves the browser on the bank's page", Words: []string{"nowhere"}},
		{Form: "mapping", Doc: "what is added to the address", Example: "{query: {error: access_denied}}",
			Type: reflect.TypeFor[APIReturns]()},
	}
	forms[reflect.TypeFor[APIProblem]()] = []Form{
		{Form: "mapping", Doc: "the body of every refusal", Example: "{error: \"${problem.code}\"}"},
		{Form: "list", Doc: "answers, of which the first that fits is given", Example: "[{body: {error: \"${problem.code}\"}}]",
			Type: reflect.TypeFor[APIAnswer]()},
	}
	forms[reflect.TypeFor[APIDoes]()] = []Form{
		{Form: "scalar", Doc: "what the bank does", Words: operationWords()},
		{Form: "mapping", Doc: "what the bank does, with where its inputs come from", Example: "{authenticate: {bank: \"${body.bank}\"}}"},
		{Form: "list", Doc: "cases, of which the first whose `when` holds is taken",
			Example: "[{when: {fields: {grant_type: password}}, answer: {status: 204}}]", Type: reflect.TypeFor[APICase]()},
	}
	forms[reflect.TypeFor[APIKeep]()] = []Form{
		{Form: "list", Doc: "fields of the request", Example: "[reference]", Type: reflect.TypeFor[string]()},
		{Form: "mapping", Doc: "what is kept, by name", Example: "{reference: \"${body.reference}\"}"},
	}
	forms[reflect.TypeFor[APIExpects]()] = []Form{
		{Form: "list", Doc: "required fields by their dotted names", Example: "[client_id]", Type: reflect.TypeFor[string]()},
		{Form: "mapping", Doc: "a JSON Schema", Example: "{required: [client_id]}", Type: reflect.TypeFor[APISchema]()},
	}
	decoders[reflect.TypeFor[surface.TokenForm]()] = decodeWord(texts(surface.TokenForms()))
	forms[reflect.TypeFor[surface.TokenForm]()] = []Form{{Form: "scalar", Doc: "what access tokens look like",
		Words: texts(surface.TokenForms())}}
	decoders[reflect.TypeFor[engine.Signing]()] = decodeWord(texts(engine.Signings()))
	forms[reflect.TypeFor[engine.Signing]()] = []Form{{Form: "scalar", Doc: "how deliveries are signed", Words: texts(engine.Signings())}}
	decoders[reflect.TypeFor[Value]()] = decodeValue
	decoders[reflect.TypeFor[APIReturns]()] = decodeReturns
	decoders[reflect.TypeFor[APIProblem]()] = decodeAPIProblem
	decoders[reflect.TypeFor[APIDoes]()] = decodeDoes
	decoders[reflect.TypeFor[APIKeep]()] = decodeKeep
	decoders[reflect.TypeFor[APIExpects]()] = decodeExpects
	itemNames["apis"], itemNames["answers"], itemNames["does"], itemNames["problem"] = "an api", "an answer", "a case", "an answer"
}

// decodeValue takes whatever is written: it is read when all that it may name is known.
func decodeValue(d *decoder, node *yaml.Node, into reflect.Value, _ string) {
	into.Addr().Interface().(*Value).Position = Position{file: d.file, node: follow(node)}
}

func decodeReturns(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	if node.Kind != yaml.ScalarNode || isEmpty(node) {
		decodeStruct(d, node, into, what)
		return
	}
	returns := into.Addr().Interface().(*APIReturns)
	*returns = APIReturns{Position: Position{file: d.file, node: node}, nowhere: node.Value == "nowhere"}
	if !returns.nowhere {
		d.problem(node, CodeUnknownWord, "write `nowhere`, or {query: {…}}", "%q says nothing about where the browser goes", node.Value)
	}
}

func decodeAPIProblem(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	problem := into.Addr().Interface().(*APIProblem)
	*problem = APIProblem{Position: Position{file: d.file, node: node}}
	if node.Kind == yaml.SequenceNode {
		decodeList(reflect.TypeFor[[]APIAnswer]())(d, node, reflect.ValueOf(&problem.Answers).Elem(), what)
		return
	}
	if _, body := lookUp(node, "body"); body != nil && onlyKeys(node, "when", "status", "headers", "body") {
		d.problem(body, CodeConflict, "write the body itself, or a list of answers: [{body: {…}}]",
			"this is the body of refusals, and has a member `body`")
	}
	problem.Body = &Value{Position: problem.Position}
}

// onlyKeys reports whether a mapping has no other keys than these.
func onlyKeys(node *yaml.Node, keys ...string) bool {
	for key := range pairs(node) {
		if !slices.Contains(keys, key.Value) {
			return false
		}
	}
	return true
}

// decodeDoes reads a word, a word with its inputs, or cases.
func decodeDoes(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	does := into.Addr().Interface().(*APIDoes)
	*does = APIDoes{Position: Position{file: d.file, node: node}}
	switch {
	case node.Kind == yaml.SequenceNode:
		decodeList(reflect.TypeFor[[]APICase]())(d, node, reflect.ValueOf(&does.cases).Elem(), what)
	case node.Kind == yaml.ScalarNode && !isEmpty(node):
		d.operation(node, does)
	case node.Kind == yaml.MappingNode && len(node.Content) == 2:
		d.operation(follow(node.Content[0]), does)
		does.inputs = follow(node.Content[1])
	case node.Kind == yaml.MappingNode && len(node.Content) > 2:
		d.problem(node.Content[2], CodeConflict, "write a list of cases, each with a `when`",
			"an endpoint does one thing, and here are two: %q and %q",
			node.Content[0].Value, node.Content[2].Value)
	default:
		d.wrongForm(node, what, "what the bank does, such as read")
	}
}

func (d *decoder) operation(node *yaml.Node, does *APIDoes) {
	if !slices.Contains(operationWords(), node.Value) {
		d.problem(node, CodeUnknownWord, didYouMean(node.Value, operationWords()), "%q is nothing that an endpoint can do", node.Value)
		return
	}
	does.operation = node.Value
}

func decodeKeep(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	keep := into.Addr().Interface().(*APIKeep)
	*keep = APIKeep{Position: Position{file: d.file, node: node}}
	if node.Kind == yaml.MappingNode {
		decodeMap(reflect.TypeFor[map[string]Value]())(d, node, reflect.ValueOf(&keep.values).Elem(), what)
		return
	}
	var words Words
	decodeWords(d, node, reflect.ValueOf(&words).Elem(), what)
	keep.fields = words
}

func decodeExpects(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	expects := into.Addr().Interface().(*APIExpects)
	*expects = APIExpects{Position: Position{file: d.file, node: node}}
	if node.Kind == yaml.MappingNode {
		expects.schema = new(APISchema)
		decodeStruct(d, node, reflect.ValueOf(expects.schema).Elem(), "a schema")
		return
	}
	var words Words
	decodeWords(d, node, reflect.ValueOf(&words).Elem(), what)
	expects.fields = words
}
