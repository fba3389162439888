package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// The tokens of the bank that the model's client works with.
const mcpAdminToken, mcpBankToken = "admin-token-of-the-test", "bank-token-of-the-test"

// said collects what goes to and fro.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements [io.Writer].
func (s *said) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(text)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// model is a client of the protocol, as the SDK has it, with a mockbank mcp of its own.
type model struct {
	*mcp.ClientSession
	said *said
}

func newModel(t *testing.T, s *server, adminToken string, flags ...string) *model {
	t.Helper()
	cmd := exec.Command(shipped, append([]string{"mcp", "--url", s.url}, flags...)...)
	cmd.Env = append(environment(), "MOCKBANK_ADMIN_TOKEN="+adminToken, "MOCKBANK_BANK_TOKEN="+mcpBankToken)
	m := &model{said: new(said)}
	cmd.Stderr = m.said
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.LoggingTransport{Transport: &mcp.CommandTransport{Command: cmd}, Writer: m.said}, nil)
	must(t, err)
	m.ClientSession = session
	t.Cleanup(func() {
		if err := session.Close(); err != nil {
			t.Errorf("mockbank mcp ended with %v", err)
		}
		for _, token := range []string{mcpAdminToken, mcpBankToken} {
			if strings.Contains(m.said.String(), token) {
				t.Errorf("the token %s was said", token)
			}
		}
	})
	return m
}

// call calls a tool and returns what it says.
func (m *model) call(t *testing.T, tool string, arguments map[string]any) (text string, failed bool) {
	t.Helper()
	result, err := m.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
	must(t, err)
	for _, content := range result.Content {
		text += content.(*mcp.TextContent).Text
	}
	return text, result.IsError
}

// wants calls a tool that must succeed and say each of the texts.
func (m *model) wants(t *testing.T, tool string, arguments map[string]any, texts ...string) string {
	t.Helper()
	got, failed := m.call(t, tool, arguments)
	if failed {
		t.Fatalf("%s %v failed: %s", tool, arguments, got)
	}
	for _, want := range texts {
		if !strings.Contains(got, want) {
			t.Fatalf("%s %v says %s, without %q", tool, arguments, got, want)
		}
	}
	return got
}

// refused calls a tool that must fail and say the text.
func (m *model) refused(t *testing.T, tool string, arguments map[string]any, want string) {
	t.Helper()
	if got, failed := m.call(t, tool, arguments); !failed || !strings.Contains(got, want) {
		t.Errorf("%s %v says %s (failed: %v), want a failure with %q", tool, arguments, got, failed, want)
	}
}

func (m *model) names(t *testing.T) []string {
	t.Helper()
	list, err := m.ListTools(t.Context(), nil)
	must(t, err)
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
		if tool.Description == "" || tool.Annotations == nil || tool.InputSchema == nil {
			t.Errorf("%s is not described", tool.Name)
		}
	}
	return names
}

// guardedBank is the default configuration with tokens in it, and further lines of `server`.
func guardedBank(t *testing.T, further ...string) *server {
	t.Helper()
	text, err := os.ReadFile(defaultConfig(t))
	must(t, err)
	settings := append([]string{"\nserver:", "admin_token: " + mcpAdminToken, "tokens: [\"" + mcpBankToken + "\"]"}, further...)
	guarded := strings.Replace(string(text), "\nserver:\n", strings.Join(settings, "\n  ")+"\n", 1)
	if guarded == string(text) {
		t.Fatal("the default configuration has no server:")
	}
	return start(t, setup{config: writeConfig(t, guarded)})
}

const mcpScenario = `name: tan-then-down
when: {password: tanThenDown}
authentication:
  status: CHALLENGE_RESPONSE_REQUIRED
  challenge: {message: Enter the TAN, answer_field_label: TAN}
  next: [{challenge_response: "4711", then: AUTHENTICATED}]
import: {takes: 20m, stops_at: 40, outcome: FAILED_WITH_ERROR, error: {code: INSTITUTION_DOWN}}
`

func TestMCP(t *testing.T) {
	t.Parallel()
	s := guardedBank(t)
	m := newModel(t, s, mcpAdminToken)
	if info := m.InitializeResult(); info.ServerInfo.Name != "mockbank" || !strings.Contains(info.Instructions, "write_scenario") {
		t.Errorf("it begins with %+v", info)
	}
	names := m.names(t)
	for _, want := range []string{"list_scenarios", "explain_login", "write_scenario", "validate_file", "login", "turn_clock", "read_journal"} {
		if !slices.Contains(names, want) {
			t.Errorf("%q has no %s", names, want)
		}
	}
	m.observes(t)
	m.writes(t, s)
	m.plays(t)
}

// observes tries what changes nothing.
func (m *model) observes(t *testing.T) {
	t.Helper()
	m.wants(t, "bank_status", nil, `"generation":1`)
	got := m.wants(t, "list_scenarios", map[string]any{"search": "DECOUPLED phone", "limit": 1}, `"found":`)
	if strings.Count(got, `"flow_hash"`) > 1 {
		t.Errorf("more than one scenario: %s", got)
	}
	m.wants(t, "list_scenarios", map[string]any{"search": "no such word"}, `"found":0`, `"scenarios":[]`)
	m.wants(t, "show_scenario", map[string]any{"name": "challenge-required"}, "123456")
	m.refused(t, "show_scenario", map[string]any{"name": "challenge-requird"}, "challenge-required")
	m.wants(t, "explain_login", map[string]any{"username": "tester", "password": "challengeRequired"}, "challenge-required")
	m.refused(t, "explain_login", map[string]any{"username": "tester"}, "password")
	m.wants(t, "list_files", nil, "mockbank.yaml")
	m.wants(t, "read_file", nil, "admin_token: <hidden>", "challengeRequired")
	m.refused(t, "read_file", map[string]any{"path": "../../etc/passwd"}, "no such file")
	m.wants(t, "validate_file", map[string]any{"text": "version: 1\nscenarois: []\n"}, "unknown-key", "scenarios", `"written":false`)
	m.wants(t, "explain_code", map[string]any{"code": "unknown-key"}, "mended")
	schema, err := m.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: "mockbank://schema.json"})
	must(t, err)
	if !json.Valid([]byte(schema.Contents[0].Text)) {
		t.Error("the schema is no JSON")
	}
}

// writes tries what changes files: with mistakes nothing is written, and the bank plays on.
func (m *model) writes(t *testing.T, s *server) {
	t.Helper()
	before, err := os.ReadFile(s.config)
	must(t, err)
	wrong := strings.Replace(mcpScenario, "CHALLENGE_RESPONSE_REQUIRED", "CHALENGE_RESPONSE_REQUIRED", 1)
	m.wants(t, "write_scenario", map[string]any{"scenario": wrong, "dry_run": true}, `"written":false`, "CHALLENGE_RESPONSE_REQUIRED", `"severity":"error"`)
	m.refused(t, "write_scenario", map[string]any{"scenario": wrong}, "nothing was written")
	m.wants(t, "write_scenario", map[string]any{"scenario": mcpScenario, "dry_run": true}, `"written":false`, `"diagnostics":[]`)
	m.refused(t, "edit_file", map[string]any{"old": "scenarios", "new": "x"}, "occurs once")
	m.refused(t, "edit_file", map[string]any{"old": "admin_token: <hidden>", "new": "x"}, "occurs 0 times")
	m.refused(t, "create_file", map[string]any{"path": "new.yaml", "text": "admin_token: <hidden>"}, "not shown")
	m.refused(t, "create_file", map[string]any{"path": "../outside.yaml", "text": "scenarios: []\n"}, "no such file")
	if after, err := os.ReadFile(s.config); err != nil || !bytes.Equal(before, after) {
		t.Fatalf("the file has changed (%v):\n%s", err, after)
	}
	m.wants(t, "write_scenario", map[string]any{"scenario": mcpScenario}, `"written":true`, `ahead of \"anything-else\"`)
	m.wants(t, "write_scenario", map[string]any{"scenario": strings.Replace(mcpScenario, "20m", "30m", 1)}, `"written":true`, "replaces")
	m.wants(t, "edit_file", map[string]any{"old": "takes: 30m", "new": "takes: 40m"}, `"written":true`)
	m.wants(t, "create_file", map[string]any{"path": "mcp_test.yaml", "text": "version: 1\ntests: [{name: in, steps: [authenticate: {username: tester, password: success}]}]\n"}, `"written":true`)
	after, err := os.ReadFile(s.config)
	must(t, err)
	if !strings.Contains(string(after), "admin_token: "+mcpAdminToken) || !strings.Contains(string(after), "takes: 40m") {
		t.Errorf("the file is now\n%s", after)
	}
}

// answerField returns a member of what the bank answered, as a tool says it.
func answerField(t *testing.T, said, name string) string {
	t.Helper()
	var result struct{ Answer json.RawMessage }
	must(t, json.Unmarshal([]byte(said), &result))
	return field(result.Answer, name)
}

// plays plays the scenario that was written, in a session whose clock it turns.
func (m *model) plays(t *testing.T) {
	t.Helper()
	m.wants(t, "create_session", map[string]any{"id": "model", "frozen": true}, `"frozen":true`)
	login := m.wants(t, "login", map[string]any{"username": "tester", "password": "tanThenDown", "session": "model"},
		`"http_status":200`, `"scenario":"tan-then-down"`, "CHALLENGE_RESPONSE_REQUIRED")
	process := answerField(t, login, "bank_authentication_process_id")
	m.wants(t, "read_process", map[string]any{"process_id": process}, `"session":"model"`)
	m.wants(t, "answer_challenge", map[string]any{"process_id": process, "response": "4711"}, `"AUTHENTICATED"`)
	connected := m.wants(t, "connect", map[string]any{"process_id": process}, `"http_status":201`, "IN_PROGRESS")
	connection := answerField(t, connected, "id")
	m.wants(t, "turn_clock", map[string]any{"session": "model", "advance": "20m"}, `"written":1`)
	m.wants(t, "read_connection", map[string]any{"connection_id": connection}, "IN_PROGRESS", `"import_progress":20`)
	m.wants(t, "read_clock", map[string]any{"session": "model"}, "import_end")
	m.wants(t, "turn_clock", map[string]any{"session": "model", "to_next": true}, "FAILED_WITH_ERROR")
	m.wants(t, "read_connection", map[string]any{"connection_id": connection}, "INSTITUTION_DOWN", `"import_progress":40`)
	m.refused(t, "turn_clock", map[string]any{"session": "model"}, "says no turn")

	journal := m.wants(t, "read_journal", map[string]any{"session": "model", "endpoint": "authenticate"}, "tan-then-down")
	var page struct{ Exchanges []struct{ ID int } }
	must(t, json.Unmarshal([]byte(journal), &page))
	m.wants(t, "explain_exchange", map[string]any{"id": page.Exchanges[0].ID}, `"decision"`, process)
	m.refused(t, "explain_exchange", map[string]any{"id": 123456789}, "no exchange 123456789")

	waits := m.wants(t, "login", map[string]any{"username": "tester", "password": "decoupledAuthRequired", "session": "model"}, "DECOUPLED_AUTH_REQUIRED")
	m.wants(t, "decide", map[string]any{"process_id": answerField(t, waits, "bank_authentication_process_id"), "decision": "approve"}, `"AUTHENTICATED"`)
	m.wants(t, "login", map[string]any{"username": "tester", "password": "success", "bank_slug": "NoBank"}, `"http_status":422`, "unknown_bank")
	m.wants(t, "list_sessions", nil, `"model"`)
	m.wants(t, "delete_session", map[string]any{"session": "model"}, "forgotten")
}

// A bank whose API is elsewhere, and names its members in camelCase, is played as any other.
func TestMCPOfABankElsewhere(t *testing.T) {
	t.Parallel()
	m := newModel(t, guardedBank(t, "base_path: /shop/v9", "naming: camel_case"), mcpAdminToken)
	login := m.wants(t, "login", map[string]any{"username": "tester", "password": "challengeRequired"}, "CHALLENGE_RESPONSE_REQUIRED")
	process := answerField(t, login, "bankAuthenticationProcessId")
	m.wants(t, "answer_challenge", map[string]any{"process_id": process, "response": "123456"}, `"AUTHENTICATED"`)
	connected := m.wants(t, "connect", map[string]any{"process_id": process}, `"http_status":201`)
	m.wants(t, "read_connection", map[string]any{"connection_id": answerField(t, connected, "id")}, `"importProgress"`)
}

// Who may only look cannot write, play or turn a clock, and who has no token gets nothing.
func TestMCPOfThoseWhoMayLess(t *testing.T) {
	t.Parallel()
	s := guardedBank(t)
	reader := newModel(t, s, mcpAdminToken, "--read-only")
	for _, name := range reader.names(t) {
		if strings.HasPrefix(name, "write_") || strings.HasPrefix(name, "create_") || slices.Contains([]string{"login", "decide", "turn_clock", "edit_file", "delete_session"}, name) {
			t.Errorf("with --read-only there is %s", name)
		}
	}
	reader.wants(t, "bank_status", nil, "generation")
	stranger := newModel(t, s, "another")
	stranger.refused(t, "bank_status", nil, "MOCKBANK_ADMIN_TOKEN")
}
