package scenarios

import (
	"reflect"

	"github.com/mockbank/mockbank/engine"
)

func init() {
	shapes[reflect.TypeFor[engine.WireFault]()] = []Shape{{Form: "scalar", Doc: "a fault of the wire", Words: texts(engine.WireFaults())}}
	shapes[reflect.TypeFor[engine.Endpoint]()] = []Shape{{Form: "scalar", Doc: "an endpoint of the bank", Words: texts(engine.Endpoints())}}
	shapes[reflect.TypeFor[Endpoints]()] = []Shape{
		{Form: "scalar", Doc: "one endpoint", Words: texts(engine.Endpoints())},
		{Form: "scalar", Doc: "all declared apis, one of them, or one of its endpoints", Example: "apis.shop GET /logins/{process}", Pattern: `^apis(\.[A-Za-z][A-Za-z0-9_-]*( [A-Z]+ /\S*)?)?$`},
		{Form: "list", Doc: "several endpoints", Example: "[connect, update]", Type: reflect.TypeFor[engine.Endpoint]()},
	}
	shapes[reflect.TypeFor[Probability]()] = []Shape{
		{Form: "scalar", Doc: "a number from 0 to 1", Example: "0.1", Pattern: `^(0+(\.\d+)?|0*1(\.0+)?)$`},
	}
	shapes[reflect.TypeFor[engine.Delay]()] = shapes[reflect.TypeFor[engine.Duration]()]
	shapes[reflect.TypeFor[Body]()] = []Shape{
		{Form: "scalar", Doc: "a text, sent as it is; its Content-Type stays that of JSON unless `headers` say otherwise", Example: "Service Unavailable"},
		{Form: "mapping", Doc: "an object, sent as JSON", Example: "{error: overloaded}"},
		{Form: "list", Doc: "a list, sent as JSON", Example: "[]"},
	}

	shapes[reflect.TypeFor[Members]()] = []Shape{
		{Form: "mapping", Doc: "members by their names, with whatever values", Example: "{status: SOMETHING_NEW, extra: {a: 1}}"},
	}

	decoders[reflect.TypeFor[Members]()] = decodeMembers
	shapes[reflect.TypeFor[engine.Scope]()] = []Shape{{Form: "scalar", Doc: "whose requests count together", Words: texts(engine.Scopes())}}
	shapes[reflect.TypeFor[engine.Window]()] = []Shape{{Form: "scalar", Doc: "a window of time", Words: texts(engine.Windows())}}
	decoders[reflect.TypeFor[engine.Scope]()] = decodeWord(texts(engine.Scopes()))
	decoders[reflect.TypeFor[engine.Window]()] = decodeWord(texts(engine.Windows()))
	decoders[reflect.TypeFor[engine.WireFault]()] = decodeWord(texts(engine.WireFaults()))
	decoders[reflect.TypeFor[engine.Endpoint]()] = decodeWord(texts(engine.Endpoints()))
	decoders[reflect.TypeFor[Endpoints]()] = decodeEndpoints
	decoders[reflect.TypeFor[Probability]()] = decodeProbability
	decoders[reflect.TypeFor[engine.Delay]()] = decodeDelay
	decoders[reflect.TypeFor[Body]()] = decodeBody
}
