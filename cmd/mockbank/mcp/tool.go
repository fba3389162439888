package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// maxResult is the largest result of a tool, in bytes: a model reads all of it.
const maxResult = 100_000

// tools are those of a server.
type tools struct {
	bank     *bank
	server   *sdk.Server
	readOnly bool
}

// effect says what calling a tool does to the bank.
type effect int

const (
	reads   effect = iota // nothing
	plays                 // it adds something, as a client or a user would
	changes               // it changes or removes what is there
)

// add offers a tool. What use returns is its result: a text as it is, anything else as JSON.
func add[In any](t *tools, name string, does effect, about string, use func(ctx context.Context, in *In) (any, error)) {
	if t.readOnly && does != reads {
		return
	}
	removes, world := does == changes, false
	tool := &sdk.Tool{Name: name, Description: about, Annotations: &sdk.ToolAnnotations{
		ReadOnlyHint: does == reads, DestructiveHint: &removes, OpenWorldHint: &world, IdempotentHint: does == reads,
	}}
	sdk.AddTool(t.server, tool, func(ctx context.Context, _ *sdk.CallToolRequest, in In) (*sdk.CallToolResult, any, error) {
		result, err := use(ctx, &in)
		if err != nil {
			return nil, nil, err
		}
		text, err := bounded(result)
		if err != nil {
			return nil, nil, err
		}
		return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: text}}}, nil, nil
	})
}

// bounded returns a result as the text that the model reads.
func bounded(result any) (string, error) {
	var text string
	switch value := result.(type) {
	case string:
		text = value
	case []byte:
		text = string(value)
	default:
		encoded, err := json.Marshal(value)
		if err != nil {
			return "", err
		}
		text = string(encoded)
	}
	if len(text) > maxResult {
		return "",
			fmt.Errorf("the result has %d bytes, more than the %d that a tool may return: ask for less, by a filter or a smaller limit",
				len(text), maxResult)
	}
	return text, nil
}

// within returns a number, or what it is where nothing is said, at most most.
func within(number, otherwise, most int) int {
	if number <= 0 {
		return otherwise
	}
	return min(number, most)
}

// query returns those of the pairs of names and values whose value is not empty.
func query(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

func number(n int) string { return strconv.Itoa(n) }

// members returns those of the pairs of names and values whose value is not empty, as the members of a body.
func members(pairs ...string) map[string]any {
	body := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			body[pairs[i]] = pairs[i+1]
		}
	}
	return body
}
