package scenarios

import (
	"reflect"

	"github.com/mockbank/mockbank/engine"
)

func init() {
	forms[reflect.TypeFor[engine.WireFault]()] = []Form{{Form: "scalar", Doc: "a fault of the wire", Words: texts(engine.WireFaults())}}
	forms[reflect.TypeFor[engine.Endpoint]()] = []Form{{Form: "scalar", Doc: "an endpoint of the bank", Words: texts(engine.Endpoints())}}
	forms[reflect.TypeFor[Endpoints]()] = []Form{
		{Form: "scalar", Doc: "one endpoint", Words: texts(engine.Endpoints())},
		{Form: "scalar", Doc: "all declared apis, one of them, or one of its endpoints", Example: "apis.shop GET /logins/{process}",
			Pattern: `^apis(\.[A-Za-z][A-Za-z0-9_-]*( [A-Z]+ /\S*)?)?$`},
		{Form: "list", Doc: "several endpoints", Example: "[connect, update]", Type: reflect.TypeFor[engine.Endpoint]()},
	}
	forms[reflect.TypeFor[Probability]()] = []Form{
		{Form: "scalar", Doc: "a number from 0 to 1", Example: "0.1", Pattern: `^(0+(\.\d+)?|0*1(\.0+)?)$`},
	}
	forms[reflect.TypeFor[engine.Delay]()] = forms[reflect.TypeFor[engine.Duration]()]
	forms[reflect.TypeFor[Body]()] = []Form{
		{Form: "scalar", Doc: "a text, sent as it is; its Content-Type stays that of JSON unless `headers` say otherwise",
			Example: "Service Unavailable"},
		{Form: "mapping", Doc: "an object, sent as JSON", Example: "{error: overloaded}"},
		{Form: "list", Doc: "a list, sent as JSON", Example: "[]"},
	}

	forms[reflect.TypeFor[Members]()] = []Form{
		{Form: "mapping", Doc: "members by their names, with whatever values", Example: "{status: SOMETHING_NEW, extra: {a: 1}}"},
	}

	decoders[reflect.TypeFor[Members]()] = decodeMembers
	forms[reflect.TypeFor[engine.Scope]()] = []Form{{Form: "scalar", Doc: "whose requests count together", Words: texts(engine.Scopes())}}
	forms[reflect.TypeFor[engine.Window]()] = []Form{{Form: "scalar", Doc: "a window of time", Words: texts(engine.Windows())}}
	decoders[reflect.TypeFor[engine.Scope]()] = decodeWord(texts(engine.Scopes()))
	decoders[reflect.TypeFor[engine.Window]()] = decodeWord(texts(engine.Windows()))
	decoders[reflect.TypeFor[engine.WireFault]()] = decodeWord(texts(engine.WireFaults()))
	decoders[reflect.TypeFor[engine.Endpoint]()] = decodeWord(texts(engine.Endpoints()))
	decoders[reflect.TypeFor[Endpoints]()] = decodeEndpoints
	decoders[reflect.TypeFor[Probability]()] = decodeProbability
	decoders[reflect.TypeFor[engine.Delay]()] = decodeDelay
	decoders[reflect.TypeFor[Body]()] = decodeBody
}
