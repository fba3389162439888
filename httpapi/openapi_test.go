package httpapi

import (
	"bytes"
	"encoding/json"
	"flag"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gorilla/mux"
)

// described is openapi.yaml, made strict: a field that it does not name is an error.
var described = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, err
	}
	for _, schema := range doc.Components.Schemas {
		forbidOthers(schema)
	}
	return doc, nil
})

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

func description(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := described()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// checkDescribed fails the test where the answer is not one that openapi.yaml promises.
func checkDescribed(t testing.TB, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	checkDescribedBy(t, description(t), r, w)
}

func checkDescribedBy(t testing.TB, doc *openapi3.T, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	operation := operationFor(doc, r)
	if operation == nil || strings.Contains(w.Body.String(), string(codeUnknownPath)) {
		return // an unknown path; or one that is unknown at another base path
	}
	response := operation.Responses.Status(w.Code)
	if response == nil {
		t.Errorf("openapi.yaml: %s has no answer %d: %s", operation.OperationID, w.Code, w.Body)
		return
	}
	kind, _, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if w.Body.Len() == 0 && len(response.Value.Content) == 0 || r.Method == http.MethodHead {
		return
	}
	content := response.Value.Content[kind]
	switch {
	case err != nil || content == nil:
		t.Errorf("openapi.yaml: %s has no %d of type %q", operation.OperationID, w.Code, w.Header().Get("Content-Type"))
	case strings.HasSuffix(kind, "json"):
		checkBody(t, operation.OperationID, content.Schema.Value, w.Body.Bytes())
	}
}

func checkBody(t testing.TB, operation string, schema *openapi3.Schema, body []byte) {
	t.Helper()
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		t.Errorf("%s: %v: %s", operation, err, body)
		return
	}
	if err := schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse(), openapi3.EnableFormatValidation()); err != nil {
		t.Errorf("openapi.yaml does not describe the answer of %s: %v\n%s", operation, err, body)
	}
}

func operationFor(doc *openapi3.T, r *http.Request) *openapi3.Operation {
	method, path := strings.Replace(r.Method, http.MethodHead, http.MethodGet, 1), r.URL.Path
	if rest, found := strings.CutPrefix(path, "/sessions/"); found { // the description's other server
		_, path, _ = strings.Cut(rest, "/")
		path = "/" + path
	}
	if item := doc.Paths.Find(path); item != nil { // a path without variables
		return item.GetOperation(method)
	}
	for template, item := range doc.Paths.Map() {
		if fits(template, path) {
			return item.GetOperation(method)
		}
	}
	return nil
}

// fits reports whether the path is one of the template.
func fits(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(w, g string) bool { return w == g || strings.HasPrefix(w, "{") && g != "" })
}

func TestDescriptionIsValid(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
}

func TestRoutesAndDescriptionAgree(t *testing.T) {
	t.Parallel()
	routed := map[string]string{}
	router := start(t).handler.(*api).router
	err := router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		template, err := route.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := route.GetMethods()
		if err != nil {
			return nil // answers 405, and has no methods
		}
		path := strings.ReplaceAll(template, ":.+}", "}")
		for _, method := range methods {
			if method != http.MethodHead {
				routed[method+" "+path] = route.GetName()
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range description(t).Paths.Map() {
		for method, operation := range item.Operations() {
			if name := routed[method+" "+path]; name != routeOf(operation) {
				t.Errorf("%s %s: x-mockbank-route %q, route %q", method, path, routeOf(operation), name)
			}
			delete(routed, method+" "+path)
		}
	}
	for route, name := range routed {
		if strings.HasPrefix(name, "console_") {
			continue // pages for people, which change from version to version
		}
		t.Errorf("openapi.yaml lacks %s (%s)", route, name)
	}
}

// optional are the fields that are there only where the client asked for them.
var optional = map[string]bool{"Process.explanation": true}

// Every field of an answer is always present. Problems are RFC 9457's, where extensions come and go.
func TestEveryFieldIsRequired(t *testing.T) {
	t.Parallel()
	for name, schema := range description(t).Components.Schemas {
		if name != "Problem" && !strings.HasSuffix(name, "Request") {
			checkRequired(t, name, schema.Value)
		}
	}
}

func checkRequired(t *testing.T, position string, schema *openapi3.Schema) {
	t.Helper()
	for name, property := range schema.Properties {
		if !slices.Contains(schema.Required, name) && !optional[position+"."+name] {
			t.Errorf("%s.%s is not required", position, name)
		}
		checkRequired(t, position+"."+name, property.Value)
	}
	if schema.Items != nil {
		checkRequired(t, position+"[]", schema.Items.Value)
	}
}

var update = flag.Bool("update", false, "write the generated files anew")

// The JSON says what the YAML says.
func TestDescriptionAsJSON(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("openapi.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(documentAsJSON, want) {
		t.Error("openapi.json is not what openapi.yaml says; run: go generate ./httpapi")
	}
}

// Both forms name the server at the address at which they were asked for, and the real base path.
func TestDescriptionIsServed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*Config)
		host   string
		server string
		base   string
	}{
		"as it is":      {func(*Config) {}, "127.0.0.1:9000", "http://127.0.0.1:9000", base},
		"public URL":    {func(c *Config) { c.PublicURL = "https://bank.test" }, "x", "https://bank.test", base},
		"another path":  {func(c *Config) { c.BasePath = "/bank" }, "localhost:1", "http://localhost:1", "/bank"},
		"a hostile one": {func(*Config) {}, "a\"b", "http://localhost", base},
	}
	for name, test := range tests {
		s := start(t, test.change)
		for _, path := range []string{"/openapi.yaml", "/openapi.json"} {
			got := s.get(path, from("127.0.0.1:1", test.host)).want(200)
			doc, err := openapi3.NewLoader().LoadFromData(got.Body.Bytes())
			if err != nil {
				t.Fatalf("%s, %s: %v", name, path, err)
			}
			if doc.Servers[0].URL != test.server || doc.Servers[1].URL != test.server+"/sessions/{session}" {
				t.Errorf("%s, %s: %q and %q, want %q", name, path, doc.Servers[0].URL, doc.Servers[1].URL, test.server)
			}
			if doc.Paths.Find(test.base+"/bank_connections") == nil || test.base != base && strings.Contains(got.Body.String(), base) {
				t.Errorf("%s, %s: not below %s", name, path, test.base)
			}
		}
	}
}

// routeOf returns the name of the route that an operation describes.
func routeOf(operation *openapi3.Operation) string {
	route, _ := operation.Extensions["x-mockbank-route"].(string)
	return route
}
