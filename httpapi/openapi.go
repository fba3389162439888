package httpapi

import (
	"bytes"
	_ "embed" // for openapi.yaml and openapi.json
	"net/http"
)

// What the API does, for people and for programs. The JSON is made from the YAML: go generate ./httpapi.
//
//go:generate go test . -run ^(TestDescriptionAsJSON|TestReferencePage)$ -update
var (
	//go:embed openapi.yaml
	document []byte
	//go:embed openapi.json
	documentAsJSON []byte
)

// describedServer is the server in the description as it is kept.
const describedServer = "http://127.0.0.1:8080"

// describeAPI returns a description with the bank's endpoints where they really are, and the server at the address
// at which it was asked for.
func (x *exchange) describeAPI(kept []byte) []byte {
	here := bytes.ReplaceAll(kept, []byte(DefaultBasePath), []byte(x.api.config.BasePath))
	return bytes.ReplaceAll(here, []byte(describedServer), []byte(x.baseURL()))
}

func showDocument(x *exchange) error {
	kept := document
	if x.api.description != nil {
		kept = x.api.description // JSON is YAML
	}
	return x.showDescription("application/yaml", kept)
}

func showDocumentAsJSON(x *exchange) error {
	kept := documentAsJSON
	if x.api.description != nil {
		kept = x.api.description
	}
	return x.showDescription("application/json", kept)
}

func (x *exchange) showDescription(kind string, kept []byte) error {
	header := x.Header()
	header.Set("Content-Type", kind)
	header.Set("X-Content-Type-Options", "nosniff")
	x.WriteHeader(http.StatusOK)
	_, _ = x.Write(x.describeAPI(kept)) // a client that went away is no fault of ours
	return nil
}
