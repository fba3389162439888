package mcp

import (
	"context"
	"fmt"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mockbank/mockbank/scenarios"
)

// schemaURI is the resource that describes what may stand in a configuration.
const schemaURI = "mockbank://schema.json"

func (t *tools) addLanguage() {
	add(t, "explain_code", reads, "What a diagnostic's code means, with an example that has the mistake and the same one mended.",
		t.explainCode)
	t.server.AddResource(&sdk.Resource{
		URI: schemaURI, Name: "schema", Title: "The scenario language", MIMEType: "application/schema+json",
		Description: "JSON Schema of a configuration file: every key, with its meaning and examples.",
	}, readSchema)
}

func readSchema(_ context.Context, asked *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
	if asked.Params.URI != schemaURI {
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: "no such resource"}
	}
	contents := &sdk.ResourceContents{URI: schemaURI, MIMEType: "application/schema+json", Text: string(scenarios.Schema())}
	return &sdk.ReadResourceResult{Contents: []*sdk.ResourceContents{contents}}, nil
}

type codeIn struct {
	Code string `json:"code" jsonschema:"the diagnostic's code, such as unknown-key"`
}

// explainedCode is what a code means.
type explainedCode struct {
	Code        string `json:"code"`
	Severity    string `json:"severity"`
	Summary     string `json:"summary"`
	Explanation string `json:"explanation"`
	Bad         string `json:"bad"`
	Fixed       string `json:"mended"`
}

func (t *tools) explainCode(_ context.Context, in *codeIn) (any, error) {
	for _, info := range scenarios.Codes() {
		if string(info.Code) == in.Code {
			return explainedCode{in.Code, string(info.Severity), info.Summary, info.Explanation, info.Bad, info.Fixed}, nil
		}
	}
	return nil, fmt.Errorf("no diagnostic has the code %q", in.Code)
}
