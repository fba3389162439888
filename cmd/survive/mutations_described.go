package main

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// forbidOthers makes a schema strict: a member that it does not name is a fault.
func forbidOthers(ref *openapi3.SchemaRef) {
	schema := ref.Value
	if len(schema.Properties) > 0 {
		no := false
		schema.AdditionalProperties.Has = &no
	}
	for _, property := range schema.Properties {
		forbidOthers(property)
	}
	for _, part := range schema.AllOf {
		forbidOthers(part)
	}
	if schema.Items != nil {
		forbidOthers(schema.Items)
	}
}

// undescribed says in what an answer is another than the description promises, "" where it is none; of paths that are
// not described nothing is promised.
func undescribed(doc *openapi3.T, r *http.Request, got *http.Response, body []byte) string {
	operation := operationFor(doc, r.Method, r.URL.Path)
	nowhere := got.StatusCode == http.StatusNotFound && (r.Method == http.MethodHead || strings.Contains(string(body), `"unknown_path"`))
	if operation == nil || nowhere {
		return ""
	}
	response := operation.Responses.Status(got.StatusCode)
	if response == nil {
		return fmt.Sprintf("%s promises no %d: %s", operation.OperationID, got.StatusCode, body)
	}
	content := response.Value.Content
	if len(body) == 0 && len(content) == 0 || r.Method == http.MethodHead {
		return ""
	}
	kind, _, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	promised := content[kind]
	switch {
	case err != nil || promised == nil:
		return fmt.Sprintf("%s promises no %d of type %q: %s", operation.OperationID, got.StatusCode, got.Header.Get("Content-Type"), body)
	case !strings.HasSuffix(kind, "json") || promised.Schema == nil:
		return ""
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Sprintf("%s: %v: %s", operation.OperationID, err, body)
	}
	err = promised.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse(), openapi3.EnableFormatValidation())
	if err != nil {
		return fmt.Sprintf("%s answers as is not described: %v: %s", operation.OperationID, err, body)
	}
	return ""
}

// operationFor finds the operation of a path; one beneath a session's name is that of the path without it.
func operationFor(doc *openapi3.T, method, path string) *openapi3.Operation {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if rest, found := strings.CutPrefix(path, "/sessions/"); found {
		_, path, _ = strings.Cut(rest, "/")
		path = "/" + path
	}
	if item := doc.Paths.Find(path); item != nil { // a path without variables
		return item.GetOperation(method)
	}
	for _, template := range doc.Paths.InMatchingOrder() {
		if fits(template, path) {
			return doc.Paths.Value(template).GetOperation(method)
		}
	}
	return nil
}

// fits reports whether a path is one of a template.
func fits(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(w, g string) bool { return w == g || strings.HasPrefix(w, "{") && g != "" })
}
