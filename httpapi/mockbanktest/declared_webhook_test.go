package mockbanktest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// hook is a delivery as its receiver sees it.
type hook struct {
	header http.Header
	body   []byte
}

// receiver takes deliveries of webhooks.
func receiver(t *testing.T) (string, chan hook) {
	t.Helper()
	came := make(chan hook, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		came <- hook{r.Header.Clone(), body}
	}))
	t.Cleanup(server.Close)
	return server.URL, came
}

func next(t *testing.T, came chan hook) hook {
	t.Helper()
	select {
	case one := <-came:
		return one
	case <-time.After(20 * time.Second):
		t.Fatal("no webhook came")
		return hook{}
	}
}

const hookShop = `
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
scenarios: [{name: good, authentication: AUTHENTICATED, import: {takes: 10s}}]
switches: {quiet: no webhook of that kind}
apis:
  - name: told
    base: /told
    connects: when_authenticated
    words: {event: {process.resolved: LINKED, import.finished: READY, any: OTHER}}
    ids: {item: {of: connection, prefix: item-}}
    endpoints:
      POST /links:
        does: {authenticate: {username: u, password: p}}
        keep: [hook]
        answer: {body: {id: "${process.id}"}}
      GET /links/{process}: {does: read, answer: {body: {item: "${ids.item}"}}}
      GET /keys: {does: keys}
      GET /key: {answer: {body: {key: "${keys[0]}", kid: "${keys[0].kid}"}}}
    webhooks:
      - name: told-app
        url: "${kept.hook}"
        events: [import.finished]
        sign: jwt_es256
        body: {code: "${words.event[event.type]}", item: "${ids.item}", at: "${event.timestamp}", percent: "${connection.import_progress}", in: "${process.status}"}
      - {name: never, url: "${kept.hook}", when: {connection: FAILED_WITH_ERROR}}
      - {name: unless-quiet, url: "${kept.hook}", events: [import.finished], when: {switches: {quiet: on}}}
      - {name: told-plainly, url: "${kept.hook}", events: [process.resolved], sign: none, set: {extra: 1}}
`

// Webhooks of an api go where its client says, say what the api says, and are signed by a token whose key it serves.
func TestDeclaredWebhooks(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(hookShop))
	session := server.Session(t)
	s := &shop{client: newClient(t, server.URL+"/sessions/"+session.Name+"/told")}
	url, came := receiver(t)
	made := s.wants("POST", "/links", `{"hook":"`+url+`/hook"}`, 200, "")
	plain := next(t, came)
	if plain.header.Get("Webhook-Id") != "" || !strings.Contains(string(plain.body), `"extra":1`) || !strings.Contains(string(plain.body), made["id"].(string)) {
		t.Errorf("the unsigned one is %s with %v", plain.body, plain.header)
	}
	item := s.wants("GET", "/links/"+made["id"].(string), "", 200, "")["item"].(string)
	session.Advance(time.Minute)
	reported := next(t, came)
	var body struct{ Code, Item, In string }
	if err := json.Unmarshal(reported.body, &body); err != nil || body.Code != "READY" || body.Item != item || body.In != "AUTHENTICATED" ||
		!strings.Contains(string(reported.body), `"percent":100`) {
		t.Errorf("it says %s, want the item %s: %v", reported.body, item, err)
	}
	verifyToken(t, s, reported)
	s.wants("POST", "/links", `{}`, 200, "")
	s.wants("POST", "/links", `{"hook":"http://elsewhere.example/x"}`, 200, "")
	session.Advance(time.Minute)
	if len(came) > 0 {
		t.Errorf("a webhook without an address went to %s", (<-came).body)
	}
}

// verifyToken holds a delivery's token against the key that the api serves.
func verifyToken(t *testing.T, s *shop, reported hook) {
	t.Helper()
	token := reported.header.Get("Plaid-Verification")
	parts := strings.Split(token, ".")
	if len(parts) != 3 || reported.header.Get("Webhook-Signature") != "" {
		t.Fatalf("the token is %q among %v", token, reported.header)
	}
	key := s.wants("GET", "/key", "", 200, "")
	jwk, _ := key["key"].(map[string]any)
	if all := s.wants("GET", "/keys", "", 200, ""); all["keys"].([]any)[0].(map[string]any)["kid"] != key["kid"] {
		t.Errorf("does: keys serves %v", all)
	}
	decode := func(text any) []byte {
		raw, err := base64.RawURLEncoding.DecodeString(text.(string))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	var head, claims map[string]any
	if json.Unmarshal(decode(parts[0]), &head) != nil || json.Unmarshal(decode(parts[1]), &claims) != nil {
		t.Fatalf("the token is %s", token)
	}
	sum := sha256.Sum256(reported.body)
	if head["alg"] != "ES256" || head["kid"] != key["kid"] || claims["request_body_sha256"] != hex.EncodeToString(sum[:]) {
		t.Errorf("the token says %v and %v", head, claims)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, decode(jwk["x"])...), decode(jwk["y"])...))
	if err != nil {
		t.Fatal(err)
	}
	hash, signature := sha256.Sum256([]byte(parts[0]+"."+parts[1])), decode(parts[2])
	if !ecdsa.Verify(public, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the public key does not take the token's signature")
	}
}
