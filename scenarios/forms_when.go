package scenarios

import (
	"reflect"

	"github.com/mockbank/mockbank/engine"
)

func init() {
	const length = `(0|(\d{1,12}(\.\d{1,9})?(ms|s|m|h|d))+|[^.]*\$\{[A-Za-z_][A-Za-z0-9_]*\}[^.]*)`
	forms[reflect.TypeFor[engine.Count]()] = []Form{
		{Form: "scalar", Doc: "a number, or a range with one end or two", Example: "3..", Pattern: `^\s*\d+\s*(\.\.\s*\d*\s*)?$`},
		{Form: "mapping", Doc: "a count that forgets, or is of all the user's logins", Example: "{count: 3.., within: 24h}",
			Type: reflect.TypeFor[CountKeys]()},
	}
	forms[reflect.TypeFor[engine.Span]()] = []Form{
		{Form: "scalar", Doc: "a range of durations, the first included, the second not", Example: "90d..", Pattern: `^\s*` + length +
			`\s*\.\.\s*(` + length + `\s*)?$`},
	}
	forms[reflect.TypeFor[engine.Chance]()] = []Form{
		{Form: "scalar", Doc: "a number from 0 to 1", Example: "0.1",
			Pattern: `^(0+(\.\d+)?|0*1(\.0+)?|[\s\S]*\$\{[A-Za-z_][A-Za-z0-9_]*\}[\s\S]*)$`},
	}
	forms[reflect.TypeFor[engine.TimeWindow]()] = []Form{
		{Form: "mapping", Doc: "times of day, days and moments", Example: "{between: [\"23:30\", \"05:00\"]}",
			Type: reflect.TypeFor[TimeKeys]()},
	}
	forms[reflect.TypeFor[OnOff]()] = []Form{{Form: "scalar", Doc: "on or off", Words: []string{"on", "off"}}}
	itemNames["any_of"] = "a condition of any_of"

	decoders[reflect.TypeFor[engine.Count]()] = decodeCount
	decoders[reflect.TypeFor[engine.Span]()] = decodeSpan
	decoders[reflect.TypeFor[engine.Chance]()] = decodeChanceText
	decoders[reflect.TypeFor[engine.TimeWindow]()] = decodeTime
	decoders[reflect.TypeFor[OnOff]()] = decodeOnOff
}
