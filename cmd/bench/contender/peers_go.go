package contender

import (
	"fmt"
	"path/filepath"

	"github.com/mockbank/mockbank/cmd/bench/load"
)

func stripeMock(program []string) *Contender {
	return &Contender{
		Note:    "static: Stripe's own API, one GET; nothing can be declared",
		command: func(s *Setup) []string { return append(program, "-http-addr", s.Address) },
		want:    `"charge"`,
		request: func(s *Setup, _ int) []byte {
			return fmt.Appendf(nil, "GET /v1/charges/ch_1 HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer sk_test_123\r\n\r\n", s.Address)
		},
	}
}

func hoverfly(program []string) *Contender {
	return &Contender{
		Note: "static pairs matched by a part of the JSON", Counts: true,
		command: func(s *Setup) []string {
			return append(program, "-webserver", "-pp", portOf(s.Address), "-ap", portOf(s.Admin), "-listen-on-host", "127.0.0.1",
				"-import", filepath.Join(s.Folder, "stubs.json"), "-journal-size", "0", "-logs-size", "0", "-log-level", "error")
		},
		file: "stubs.json",
		request: func(s *Setup, i int) []byte {
			return load.Request("POST", s.Address, LoginPath, toJSON(object{"username": "tester", "password": Password(i)}))
		},
		content: func(s *Setup, marker string) []byte {
			pairs := list(s.Stubs, func(i int) object { return hoverflyPair(i, marker) })
			data := object{"pairs": pairs, "globalActions": object{"delays": []object{}, "delaysLogNormal": []object{}}}
			return []byte(toJSON(object{"data": data, "meta": object{"schemaVersion": "v5.2"}}))
		},
		Apply: func(s *Setup, content []byte) Call {
			return Call{Method: "PUT", URL: "http://" + s.Admin + "/api/v2/simulation", Body: content}
		},
	}
}

func hoverflyPair(i int, marker string) object {
	exact := func(value string) []object { return []object{{"matcher": "exact", "value": value}} }
	return object{
		"request": object{
			"method": exact("POST"), "path": exact(LoginPath),
			"body": []object{{"matcher": "jsonPartial", "value": toJSON(object{"password": Password(i)})}},
		},
		"response": object{
			"status": 200, "body": stubAnswer(marker), "encodedBody": false, "templated": false,
			"headers": object{"Content-Type": []string{"application/json"}},
		},
	}
}
