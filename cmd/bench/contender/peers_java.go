package contender

import "path/filepath"

func wireMock(program []string) *Contender {
	return &Contender{
		Note: "static stubs matched by JSON path; request journal off", Counts: true,
		command: func(s *Setup) []string {
			return []string{
				program[0], "-jar", program[1], "--port", portOf(s.Address), "--bind-address", "127.0.0.1",
				"--root-dir", s.Folder, "--no-request-journal", "--disable-banner", "--disable-request-logging",
				"--async-response-enabled", "false", "--container-threads", "64",
			}
		},
		file: "mappings/stubs.json", request: loginRequest,
		content: func(s *Setup, marker string) []byte {
			return []byte(toJSON(object{"mappings": list(s.Stubs, func(i int) object { return wireMockStub(i, marker) })}))
		},
		Apply: func(s *Setup, _ []byte) Call {
			return Call{Method: "POST", URL: "http://" + s.Address + "/__admin/mappings/reset"}
		},
	}
}

func wireMockStub(i int, marker string) object {
	return object{
		"request": object{
			"method": "POST", "url": LoginPath,
			"bodyPatterns": []object{{"matchesJsonPath": object{"expression": "$.password", "equalTo": Password(i)}}},
		},
		"response": object{"status": 200, "body": stubAnswer(marker), "headers": object{"Content-Type": "application/json"}},
	}
}

func mockServer(program []string) *Contender {
	return &Contender{
		Note: "static expectations matched by a part of the JSON; log off", Counts: true, Watches: true,
		command: func(s *Setup) []string {
			return []string{
				program[0], "-Dmockserver.initializationJsonPath=" + filepath.Join(s.Folder, "stubs.json"),
				"-Dmockserver.watchInitializationJson=true", "-Dmockserver.logLevel=ERROR", "-Dmockserver.disableLogging=true",
				"-Dmockserver.maxExpectations=20000", "-Dmockserver.localBoundIP=127.0.0.1",
				"-jar", program[1], "-serverPort", portOf(s.Address),
			}
		},
		file: "stubs.json", request: loginRequest,
		content: func(s *Setup, marker string) []byte {
			return []byte(toJSON(list(s.Stubs, func(i int) object { return mockServerStub(i, marker) })))
		},
	}
}

func mockServerStub(i int, marker string) object {
	return object{
		"httpRequest": object{
			"method": "POST", "path": LoginPath,
			"body": object{"type": "JSON", "json": object{"password": Password(i)}, "matchType": "ONLY_MATCHING_FIELDS"},
		},
		"httpResponse": object{"statusCode": 200, "body": stubAnswer(marker),
			"headers": object{"Content-Type": []string{"application/json"}}},
	}
}
