package app_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// hooked is a webhook as it came.
type hooked struct {
	id, signature string
	good          bool
	body          map[string]any
}

// said is the webhook's event, with the status that it tells of.
func (h hooked) said() string {
	data, _ := h.body["data"].(map[string]any)
	status, _ := data["status"].(string)
	return strings.TrimSpace(fmt.Sprint(h.body["type"], " ", status))
}

// hooks plays catalogue:webhooks, whose webhooks come to the channel. What is signed badly is refused.
func hooks(t *testing.T) (*played, chan hooked) {
	t.Helper()
	pack, err := os.ReadFile("../../scenarios/catalogue/webhooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan hooked, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		h := hooked{id: r.Header.Get("webhook-id"), signature: r.Header.Get("webhook-signature")}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%s.%s", h.id, r.Header.Get("webhook-timestamp"), text)
		h.good = h.signature == "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil))
		_ = json.Unmarshal(text, &h.body)
		if !h.good {
			w.WriteHeader(http.StatusUnauthorized)
		}
		came <- h
	}))
	t.Cleanup(receiver.Close)
	return play(t, "banks: [{slug: MockBank}]\n"+strings.ReplaceAll(string(pack), "http://127.0.0.1:9000/hooks/bank", receiver.URL)), came
}

// taken returns what has come.
func taken(came chan hooked) (all []hooked) {
	for {
		select {
		case h := <-came:
			all = append(all, h)
		default:
			return all
		}
	}
}

func saidOf(all []hooked) (said []string) {
	for _, h := range all {
		said = append(said, h.said())
	}
	return said
}

func wantSaid(t *testing.T, all []hooked, want ...string) {
	t.Helper()
	if got := saidOf(all); !slices.Equal(got, want) {
		t.Errorf("came %q, want %q", got, want)
	}
}

const (
	loggedIn = "process.resolved AUTHENTICATED"
	started  = "import.step IN_PROGRESS"
	finished = "import.finished SUCCESS"
)

// Case 93.
func TestCatalogueWebhookBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	p, came := hooks(t)
	answered := make(chan int, 1)
	go func() {
		r, err := http.Post(p.BankURL()+"/bank_connections/authenticate", "application/json", strings.NewReader(`{"username": "u", "password": "hookFirst"}`))
		if err != nil {
			answered <- 0
			return
		}
		_ = r.Body.Close()
		answered <- r.StatusCode
	}()
	if h := <-came; h.said() != loggedIn || !h.good {
		t.Errorf("came %+v", h)
	}
	select {
	case status := <-answered:
		t.Fatalf("the answer, %d, did not wait", status)
	default:
	}
	p.Advance(30 * time.Second)
	if status := <-answered; status != http.StatusOK {
		t.Errorf("the answer is %d", status)
	}
}

// Case 94: lost, twice, out of order and badly signed.
func TestCatalogueWebhooksGoWrong(t *testing.T) {
	t.Parallel()
	for password, check := range map[string]func(t *testing.T, all []hooked){
		"hookLost": func(t *testing.T, all []hooked) { wantSaid(t, all) },
		"hookTwice": func(t *testing.T, all []hooked) {
			wantSaid(t, all, loggedIn, loggedIn, started, started, finished, finished)
			for i := 0; i+1 < len(all); i += 2 {
				if all[i].id != all[i+1].id {
					t.Errorf("the second has another webhook-id: %s and %s", all[i].id, all[i+1].id)
				}
			}
		},
		"hookReordered": func(t *testing.T, all []hooked) { wantSaid(t, all, loggedIn, finished, started) },
	} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			p, came := hooks(t)
			p.login(password).want(200, "status", "AUTHENTICATED")
			p.connect().want(201)
			p.Advance(3 * time.Second)
			check(t, taken(came))
		})
	}
}

func TestCatalogueWebhookBadlySigned(t *testing.T) {
	t.Parallel()
	p, came := hooks(t)
	p.login("hookBadlySigned").want(200)
	p.Advance(time.Second)
	first := <-came
	if first.good || first.said() != loggedIn {
		t.Errorf("the first is %+v", first)
	}
	list := p.do("GET", p.server.URL+"/admin/v1/webhook_deliveries?session="+p.Name, nil).want(200)
	p.do("POST", fmt.Sprint(p.server.URL, "/admin/v1/webhook_deliveries/", list.at("webhook_deliveries.0.id"), "/replay"), nil)
	if again := <-came; !again.good || again.id != first.id {
		t.Errorf("again it is %+v", again)
	}
}

// Case 95.
func TestCatalogueWebhookOfADeletedConnection(t *testing.T) {
	t.Parallel()
	p, came := hooks(t)
	p.login("hookLate").want(200)
	p.connect().want(201)
	p.Advance(3 * time.Second)
	p.api("DELETE", "/bank_connections/"+p.connection, nil).want(204)
	p.read().want(404)
	wantSaid(t, taken(came))
	p.Advance(time.Minute)
	wantSaid(t, taken(came), loggedIn, started, finished)
	p.read().want(404)
}

// Case 96.
func TestCatalogueWebhookOfNewAccounts(t *testing.T) {
	t.Parallel()
	p, came := hooks(t)
	p.login("hookNewAccounts").want(200)
	p.connect().want(201)
	p.Advance(time.Hour + 3*time.Second)
	all := taken(came)
	wantSaid(t, all, loggedIn, finished, "accounts.added")
	data, _ := all[len(all)-1].body["data"].(map[string]any)
	if ids, _ := json.Marshal(data["account_ids"]); string(ids) != `["acc-3"]` || data["bank_connection_id"] != p.connection || data["session"] != p.Name {
		t.Errorf("its data is %v", data)
	}
}

// Case 97.
func TestCatalogueWebhookWithAnotherBody(t *testing.T) {
	t.Parallel()
	p, came := hooks(t)
	p.login("hookOtherBody").want(200)
	p.connect().want(201)
	p.Advance(3 * time.Second)
	all := taken(came)
	last := all[len(all)-1]
	if !last.good || last.body["webhook_type"] != "ITEM" || last.body["webhook_code"] != "SUCCESS" || last.body["item_id"] != p.connection || last.body["data"] != nil {
		t.Errorf("it is %+v", last)
	}
}

// Case 99: one declaration, a thousand banks in the list; a file that is saved with fewer takes one away.
func TestCatalogueOfAThousandBanks(t *testing.T) {
	t.Parallel()
	pack, err := os.ReadFile("../../scenarios/catalogue/banks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	server := mockbanktest.Start(t, mockbanktest.Config("default_bank: bank-1\n"+string(pack)))
	p := &played{t: t, server: server, Session: server.Session(t), client: noRedirects()}
	count := func() (slugs []string) {
		for cursor := ""; ; {
			page := p.api("GET", "/banks?limit=200&cursor="+cursor, nil).want(200)
			for i := 0; page.at(fmt.Sprintf("banks.%d.slug", i)) != nil; i++ {
				slugs = append(slugs, fmt.Sprint(page.at(fmt.Sprintf("banks.%d.slug", i))))
			}
			next, more := page.at("next_cursor").(string)
			if !more {
				return slugs
			}
			cursor = next
		}
	}
	if slugs := count(); len(slugs) != 1001 || !slices.Contains(slugs, "bank-1000") {
		t.Fatalf("%d banks", len(slugs))
	}
	login := map[string]any{"username": "u", "password": "anyOfAThousand", "bank_slug": "bank-1000"}
	p.api("POST", "/bank_connections/authenticate", login).want(200, "status", "AUTHENTICATED")
	p.connect().want(201)
	server.Save(t, "default_bank: bank-1\n"+strings.Replace(string(pack), "1..1000", "1..999", 1))
	if slugs := count(); len(slugs) != 1000 || slices.Contains(slugs, "bank-1000") {
		t.Errorf("%d banks after one was taken away", len(slugs))
	}
	p.api("POST", "/bank_connections/authenticate", login).want(422, "code", "unknown_bank")
	p.read().want(200, "bank_slug", "bank-1000") // who is connected stays so
}

// Case 90: the list of connections fails while a switch says so, and what is in it is there.
func TestCatalogueListFails(t *testing.T) {
	t.Parallel()
	pack, err := os.ReadFile("../../scenarios/catalogue/outages.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := play(t, "banks: [{slug: MockBank}]\n"+string(pack))
	p.login("listFails").want(200)
	p.connect().want(201)
	p.Switch("connections-down", true)
	p.api("GET", "/bank_connections", nil).want(500, "code", "internal_server_error")
	p.read().want(200, "status", "IN_PROGRESS")
	p.Switch("connections-down", false)
	p.api("GET", "/bank_connections", nil).want(200, "bank_connections.0.id", p.connection)
}
