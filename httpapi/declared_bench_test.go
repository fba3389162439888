package httpapi

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine/surface"
)

// What an answer of a declared endpoint says in BenchmarkDeclared: the fields of the coded one.
const (
	declaredProcess = `{"bank_authentication_process_id":"${process.id}","bank_slug":"${process.bank_slug}","status":"${process.status}",` +
		`"challenge":"${process.challenge}","redirect_url":"${process.redirect_url}","error":"${process.error}",` +
		`"created_at":"${process.created_at}","updated_at":"${process.updated_at}","expires_at":"${process.expires_at}"}`
	declaredConnection = `{"id":"${connection.id}","bank_slug":"${connection.bank_slug}","bank_authentication_process_id":"${connection.process_id}",` +
		`"status":"${connection.status}","import_progress":"${connection.import_progress}","import_message":"${connection.import_message}",` +
		`"error":"${connection.error}","warnings":"${connection.warnings}","authentication_status":"${connection.authentication_status}",` +
		`"created_at":"${connection.created_at}","updated_at":"${connection.updated_at}","finished_at":"${connection.finished_at}"}`
)

// BenchmarkDeclared is what an answer of a declared endpoint costs, beside the coded one of the same fields: a login, a
// read of its process, and one of its connection, over the bank in memory.
func BenchmarkDeclared(b *testing.B) {
	s := start(b, func(c *Config) { c.Logger, c.Now = zerolog.New(io.Discard), time.Now })
	rules := *s.bank.Rules()
	rules.Surfaces = benchedAPI(b)
	s.bank.Use(&rules)
	login := object("username", "tester", "password", "success")
	coded := benched(b, s.handler, "POST", base+"/bank_connections/authenticate", login)
	process := coded["bank_authentication_process_id"].(string)
	connection := benched(b, s.handler, "POST", base+"/bank_connections", object("bank_authentication_process_id", process))["id"].(string)
	for _, one := range []struct{ name, method, coded, declared, body string }{
		{"login", "POST", base + "/bank_connections/authenticate", "/bench/logins", login},
		{"process", "GET", base + "/bank_connections/authenticate/" + process, "/bench/logins/" + process, ""},
		{"connection", "GET", base + "/bank_connections/" + connection, "/bench/connections/" + connection, ""},
	} {
		if want, got := benched(b, s.handler, one.method, one.coded, one.body), benched(b, s.handler, one.method, one.declared, one.body); one.method == "GET" && !reflect.DeepEqual(want, got) {
			b.Fatalf("the declared %s says %v, the coded one %v", one.name, got, want)
		}
		for _, side := range [][2]string{{"coded", one.coded}, {"declared", one.declared}} {
			b.Run(one.name+"/"+side[0], func(b *testing.B) { benchmarkRequest(b, s.handler, one.method, side[1], one.body) })
		}
	}
}

// benchedAPI declares the two bodies.
func benchedAPI(b *testing.B) *surface.Set {
	b.Helper()
	api := surface.NewAPI("bench", "/bench")
	for _, one := range []struct {
		method, path, body string
		does               surface.OperationKind
	}{
		{"POST", "/logins", declaredProcess, surface.DoesAuthenticate}, {"GET", "/logins/{process}", declaredProcess, surface.DoesRead},
		{"GET", "/connections/{connection}", declaredConnection, surface.DoesReadConnection},
	} {
		scope := api.Root().Within(surface.Variables(one.path))
		c := &surface.Case{Operation: surface.Operation{Kind: one.does}}
		if one.does == surface.DoesAuthenticate {
			c.Operation.Inputs = map[string]surface.Node{"username": benchedText(b, scope, "${body.username}"), "password": benchedText(b, scope, "${body.password}")}
		}
		decoder := json.NewDecoder(strings.NewReader(one.body))
		var names []string
		var nodes []surface.Node
		for i := 0; decoder.More() || i == 0; i++ { // in the order in which they are written
			token, err := decoder.Token()
			if err != nil {
				b.Fatal(err)
			}
			switch text, is := token.(string); {
			case !is:
			case len(names) == len(nodes):
				names = append(names, text)
			default:
				nodes = append(nodes, benchedText(b, scope, text))
			}
		}
		c.Answers = []*surface.Answer{{Body: surface.NewMembers(names, nodes)}}
		api.Endpoints = append(api.Endpoints, &surface.Endpoint{Method: one.method, Path: one.path, Cases: []*surface.Case{c}})
	}
	set, err := surface.NewSet([]*surface.API{api})
	if err != nil {
		b.Fatal(err)
	}
	return set
}

func benchedText(b *testing.B, scope *surface.Scope, text string) surface.Node {
	b.Helper()
	node, err := scope.Compile(text)
	if err != nil {
		b.Fatal(err)
	}
	return node
}

// benched returns what is answered.
func benched(b *testing.B, handler http.Handler, method, path, body string) map[string]any {
	b.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	var said map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || w.Code >= http.StatusBadRequest {
		b.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return said
}

func benchmarkRequest(b *testing.B, handler http.Handler, method, path, body string) {
	b.ReportAllocs()
	w := &sink{header: http.Header{}}
	for b.Loop() {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		clear(w.header)
		handler.ServeHTTP(w, r)
		if w.status >= http.StatusBadRequest {
			b.Fatalf("status %d", w.status)
		}
	}
}
