package httpapi

import (
	"bytes"
	_ "embed" // for openapi.yaml
	"net/http"
)

//go:embed openapi.yaml
var document []byte

// describeAt returns the API's description with the bank's endpoints where they really are.
func describeAt(basePath string) []byte {
	return bytes.ReplaceAll(document, []byte(DefaultBasePath), []byte(basePath))
}

func showDocument(x *exchange) error {
	header := x.Header()
	header.Set("Content-Type", "application/yaml")
	header.Set("X-Content-Type-Options", "nosniff")
	x.WriteHeader(http.StatusOK)
	_, _ = x.Write(x.api.document) // a client that went away is no fault of ours
	return nil
}
