package contender

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/mockbank/mockbank/cmd/bench/load"
)

func mountebank(program []string) *Contender {
	return &Contender{
		Note: "static stubs, predicate equals on a JSON path of the body", Counts: true,
		command: func(s *Setup) []string {
			return append(program, "start", "--configfile", filepath.Join(s.Folder, "stubs.json"), "--port", portOf(s.Admin),
				"--localOnly", "--nologfile", "--loglevel", "error", "--pidfile", filepath.Join(s.Folder, "mb.pid"))
		},
		file: "stubs.json", request: loginRequest,
		content: func(s *Setup, marker string) []byte {
			port, _ := strconv.Atoi(portOf(s.Address)) // the kernel gave it
			imposter := object{
				"protocol": "http", "port": port,
				"stubs": list(s.Stubs, func(i int) object { return mountebankStub(i, marker) }),
			}
			return []byte(toJSON(object{"imposters": []object{imposter}}))
		},
		Apply: func(s *Setup, content []byte) Call {
			return Call{Method: "PUT", URL: "http://" + s.Admin + "/imposters", Body: content}
		},
	}
}

func mountebankStub(i int, marker string) object {
	headers := object{"Content-Type": "application/json", "Connection": "keep-alive"}
	return object{
		"predicates": []object{{"equals": object{"body": Password(i)}, "jsonpath": object{"selector": "$.password"}}},
		"responses":  []object{{"is": object{"statusCode": 200, "headers": headers, "body": stubAnswer(marker)}}},
	}
}

func mockoon(program []string) *Contender {
	return &Contender{
		Note: "one route with a rule on the body for each password; polls its file", Counts: true, Watches: true, MaxStubs: 1000,
		command: func(s *Setup) []string {
			return append(program, "start", "--data", filepath.Join(s.Folder, "stubs.json"), "--port", portOf(s.Address),
				"--hostname", "127.0.0.1", "--disable-log-to-file", "--log-transaction=false", "--watch", "--polling-interval", "200")
		},
		file: "stubs.json", request: loginRequest,
		content: func(s *Setup, marker string) []byte { return []byte(toJSON(mockoonEnvironment(s, marker))) },
	}
}

func mockoonEnvironment(s *Setup, marker string) object {
	port, _ := strconv.Atoi(portOf(s.Address)) // the kernel gave it
	route := object{
		"uuid": uuid(1), "type": "http", "method": "post", "endpoint": LoginPath[1:], "documentation": "",
		"responseMode": nil, "streamingMode": nil, "streamingInterval": 0,
		"responses": list(s.Stubs, func(i int) object { return mockoonResponse(i, marker) }),
	}
	return object{
		"uuid": uuid(0), "lastMigration": 33, "name": "stubs", "port": port, "hostname": "127.0.0.1", "endpointPrefix": "",
		"latency": 0, "folders": []object{}, "routes": []object{route}, "rootChildren": []object{{"type": "route", "uuid": uuid(1)}},
		"proxyMode": false, "proxyHost": "", "proxyRemovePrefix": false, "proxyReqHeaders": []object{}, "proxyResHeaders": []object{},
		"cors": false, "headers": []object{}, "data": []object{}, "callbacks": []object{},
		"tlsOptions": object{"enabled": false, "type": "CERT", "pfxPath": "", "certPath": "", "keyPath": "", "caPath": "",
			"passphrase": ""},
	}
}

func mockoonResponse(i int, marker string) object {
	rule := object{"target": "body", "modifier": "password", "value": Password(i), "invert": false, "operator": "equals"}
	return object{
		"uuid": uuid(i + 2), "body": stubAnswer(marker), "latency": 0, "statusCode": 200, "label": "", "bodyType": "INLINE",
		"headers": []object{{"key": "Content-Type", "value": "application/json"}}, "filePath": "", "databucketID": "",
		"sendFileAsBody": false, "rules": []object{rule}, "rulesOperator": "OR", "disableTemplating": true,
		"fallbackTo404": false, "default": i == 0, "crudKey": "id", "callbacks": []object{},
	}
}

func uuid(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }

func prism(program []string) *Contender {
	return &Contender{
		Note: "GET of one path for each password, since it does not choose by a body's values", Counts: true, Watches: true, MaxStubs: 1000,
		command: func(s *Setup) []string {
			return append(program, "mock", filepath.Join(s.Folder, "stubs.json"), "--port", portOf(s.Address), "--host", "127.0.0.1",
				"--verboseLevel", "silent")
		},
		file: "stubs.json",
		request: func(s *Setup, i int) []byte {
			return load.Request("GET", s.Address, "/login/"+Password(i), "")
		},
		content: func(s *Setup, marker string) []byte {
			paths := object{}
			for i := range s.Stubs {
				paths["/login/"+Password(i)] = object{"get": object{"responses": object{"200": prismAnswer(marker)}}}
			}
			return []byte(toJSON(object{"openapi": "3.0.3", "info": object{"title": "stubs", "version": "1"}, "paths": paths}))
		},
	}
}

func prismAnswer(marker string) object {
	return object{
		"description": "in",
		"content":     object{"application/json": object{"example": json.RawMessage(stubAnswer(marker))}},
	}
}

func jsonServer(program []string) *Contender {
	return &Contender{
		Note: "GET of one row by its id, since it has no logins", Counts: true, Watches: true,
		command: func(s *Setup) []string {
			return append(program, filepath.Join(s.Folder, "stubs.json"), "--port", portOf(s.Address), "--host", "127.0.0.1", "--watch",
				"--quiet")
		},
		file:    "stubs.json",
		request: func(s *Setup, i int) []byte { return load.Request("GET", s.Address, "/logins/"+Password(i), "") },
		content: func(s *Setup, marker string) []byte {
			return []byte(toJSON(object{"logins": list(s.Stubs, func(i int) object {
				return object{"id": Password(i), "status": "AUTHENTICATED", "bank_slug": "MockBank", "error": object{"code": marker}}
			})}))
		},
	}
}
