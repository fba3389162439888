package scenarios

import (
	"reflect"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

func init() {
	forms[reflect.TypeFor[Returns]()] = []Form{
		{Form: "scalar", Doc: "the browser does not come back: the page says that it may be closed", Words: []string{engine.ReturnNowhere},
			Example: engine.ReturnNowhere},
		{Form: "mapping", Doc: "other parameters in its query", Example: "{query: {error: access_denied, state: null}}",
			Type: reflect.TypeFor[Returns]()},
	}
	decoders[reflect.TypeFor[Returns]()] = decodeWayBack
	itemNames["decisions"] = "a decision"
}

// decodeWayBack reads `nowhere`, or what changes in the query.
func decodeWayBack(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	if node.Kind == yaml.MappingNode || isEmpty(node) {
		decodeStruct(d, node, into, what)
		return
	}
	returns := into.Addr().Interface().(*Returns)
	*returns = Returns{Position: Position{file: d.file, node: node}}
	var word string
	decodeWord([]string{engine.ReturnNowhere})(d, node, reflect.ValueOf(&word).Elem(), what)
	returns.Nowhere = word == engine.ReturnNowhere
}
