package jobs_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/jobs"
)

var secret = []byte("a secret of 24 bytes....")

// letter is a request that a receiver got.
type letter struct {
	id, kind string
	stream   string
	// genuine says that the specification's library takes the signature.
	genuine bool
	body    []byte
}

// receiver takes webhooks, answering each by its answers in turn, then 204.
type receiver struct {
	*httptest.Server
	t       testing.TB
	mu      sync.Mutex
	letters []letter
	answers []int
}

func newReceiver(t testing.TB, answers ...int) *receiver {
	t.Helper()
	r := &receiver{t: t, answers: answers}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP implements http.Handler.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		r.t.Error(err)
	}
	verifier, err := standardwebhooks.NewWebhook(base64.StdEncoding.EncodeToString(secret))
	if err != nil {
		r.t.Error(err)
	}
	var notified struct {
		Type string
		Data struct {
			ProcessID string `json:"bank_authentication_process_id"`
		}
	}
	if err := json.Unmarshal(body, &notified); err != nil {
		r.t.Error(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.letters = append(r.letters, letter{
		id: request.Header.Get("webhook-id"), kind: notified.Type, stream: notified.Data.ProcessID,
		genuine: verifier.Verify(body, request.Header) == nil, body: body,
	})
	status := http.StatusNoContent
	if len(r.answers) > 0 {
		status, r.answers = r.answers[0], r.answers[1:]
	}
	if status/100 == 3 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(status)
}

func (r *receiver) got() []letter {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.letters)
}

func (r *receiver) kinds() []string {
	var kinds []string
	for _, l := range r.got() {
		kinds = append(kinds, l.kind)
	}
	return kinds
}

// listening replaces the world's rules by such that tell webhooks.
func (w world) listening(t testing.TB, takes time.Duration, webhooks ...engine.Webhook) {
	t.Helper()
	set, err := rules(takes)
	if err != nil {
		t.Fatal(err)
	}
	listening, err := engine.NewRuleSet(engine.RuleSetConfig{
		DefaultBank: set.DefaultBank, Banks: set.Banks, Scenarios: set.Scenarios, Webhooks: webhooks,
		NoScenario: engine.Failure{Code: "NO_SCENARIO"},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.bank.Use(listening)
}

func hook(to *receiver, faults ...engine.WebhookFault) engine.Webhook {
	return engine.Webhook{Name: "app", URL: to.URL + "/hook", Secrets: []engine.Secret{secret}, Pause: 20 * time.Millisecond, Faults: faults}
}

// delivered waits until nothing is pending any more, and returns the log.
func (w world) delivered(t testing.TB, least int) []engine.Delivery {
	t.Helper()
	var all []engine.Delivery
	eventually(t, "all deliveries are made", func() bool {
		var err error
		all, err = w.bank.Webhooks().Deliveries(t.Context(), engine.DeliveryFilter{})
		if err != nil {
			t.Fatal(err)
		}
		return len(all) >= least && !slices.ContainsFunc(all, func(d engine.Delivery) bool { return d.State == engine.DeliveryPending })
	})
	return all
}

func TestWebhooks(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		w := newWorld(t, address, time.Second)
		r := newReceiver(t, 500, 302)
		w.listening(t, time.Second, hook(r))
		w.start(t, jobs.Config{})
		w.connect(t, "points")
		all := w.delivered(t, 3)
		kinds := r.kinds()
		if want := []string{"process.resolved", "process.resolved", "process.resolved", "import.step", "import.finished"}; !slices.Equal(kinds, want) {
			t.Errorf("received %v, want %v", kinds, want)
		}
		for i, l := range r.got() {
			if !l.genuine {
				t.Errorf("the signature of letter %d is refused", i)
			}
			if i < 3 && l.id != all[0].ID {
				t.Errorf("attempt %d bears the identifier %s, want %s", i, l.id, all[0].ID)
			}
		}
		if all[0].Attempts != 3 || all[0].LastStatus != 204 || all[0].DeliveredAt == nil || all[0].LastError != "" {
			t.Errorf("the log says %+v", all[0])
		}
		if log := all[0].Log; len(log) != 3 || log[0].Status != 500 || log[0].Problem == "" || log[2].Status != 204 || log[2].Signed["webhook-signature"] == "" {
			t.Errorf("the attempts are %+v", log)
		}
		if _, err := w.bank.Webhooks().Replay(t.Context(), all[2].ID); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the replay", func() bool { return len(r.got()) == 6 })
		if last := r.got()[5]; last.id != all[2].ID || !bytes.Equal(last.body, all[2].Payload) {
			t.Errorf("the replay brought %+v", last)
		}
	})
}

// wantsLate wants a delivery to come so long after the moment of its event.
func wantsLate(t *testing.T, d engine.Delivery, delay time.Duration) {
	t.Helper()
	var event struct{ Timestamp time.Time }
	if err := json.Unmarshal([]byte(d.Payload), &event); err != nil {
		t.Fatal(err)
	}
	if waited := d.DeliveredAt.Sub(event.Timestamp); waited < delay {
		t.Errorf("the late one came after %v", waited)
	}
}

func TestWebhookFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fault   engine.WebhookFault
		want    []string
		genuine []bool
		state   engine.DeliveryState
	}{
		{engine.WebhookFault{Kind: engine.DeliverTwice, Events: []engine.WebhookEvent{engine.EventImportStep}},
			[]string{"process.resolved", "import.step", "import.step", "import.finished"}, []bool{true, true, true, true}, engine.DeliveryDelivered},
		{engine.WebhookFault{Kind: engine.DeliverReordered, Delay: time.Minute, Events: []engine.WebhookEvent{engine.EventProcessResolved}},
			[]string{"import.step", "process.resolved", "import.finished"}, []bool{true, true, true}, engine.DeliveryDelivered},
		{engine.WebhookFault{Kind: engine.DeliverLate, Delay: 300 * time.Millisecond, Events: []engine.WebhookEvent{engine.EventProcessResolved}},
			[]string{"process.resolved", "import.step", "import.finished"}, []bool{true, true, true}, engine.DeliveryDelivered},
		{engine.WebhookFault{Kind: engine.DeliverForged, Events: []engine.WebhookEvent{engine.EventImportFinished}},
			[]string{"process.resolved", "import.step", "import.finished"}, []bool{true, true, false}, engine.DeliveryDelivered},
		{engine.WebhookFault{Kind: engine.DeliverNever, Events: []engine.WebhookEvent{engine.EventProcessResolved}},
			[]string{"import.step", "import.finished"}, []bool{true, true}, engine.DeliveryWithheld},
	} {
		t.Run(string(test.fault.Kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ":memory:", time.Second)
			r := newReceiver(t)
			w.listening(t, time.Second, hook(r, test.fault))
			w.start(t, jobs.Config{})
			w.connect(t, "points")
			all := w.delivered(t, 3)
			var genuine []bool
			for _, l := range r.got() {
				genuine = append(genuine, l.genuine)
			}
			if kinds := r.kinds(); !slices.Equal(kinds, test.want) || !slices.Equal(genuine, test.genuine) {
				t.Errorf("received %v, genuine %v; want %v, %v", kinds, genuine, test.want, test.genuine)
			}
			if all[0].State != test.state {
				t.Errorf("the first is %s, want %s", all[0].State, test.state)
			}
			if test.fault.Kind == engine.DeliverLate {
				wantsLate(t, all[0], test.fault.Delay)
			}
		})
	}
}

// A receiver that fails delays and loses nothing but its own.
func TestWebhooksThatFail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ":memory:", time.Second)
	good := newReceiver(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	silent := "http://" + listener.Addr().String() // it accepts, and never says a word
	t.Cleanup(func() { _ = listener.Close() })
	named := func(name, url string) engine.Webhook {
		return engine.Webhook{Name: name, URL: url, Secrets: []engine.Secret{secret}, Attempts: 2, Pause: time.Millisecond, Timeout: 100 * time.Millisecond,
			Events: []engine.WebhookEvent{engine.EventProcessResolved}}
	}
	gone := newReceiver(t, 410)
	w.listening(t, time.Second,
		named("good", good.URL), named("silent", silent), named("gone", gone.URL),
		named("forbidden", "http://10.1.2.3/hook?token=hidden"), named("nobody", "http://127.0.0.1:1/hook?token=hidden"))
	w.start(t, jobs.Config{})
	w.connect(t, "straight")
	for _, d := range w.delivered(t, 5) {
		attempts, problem := 2, ""
		switch d.Webhook {
		case "good":
			attempts = 1
		case "silent":
			problem = "no answer within 100ms"
		case "gone":
			attempts, problem = 1, "it wants no more"
		case "forbidden":
			attempts, problem = 1, "server.webhook_hosts does not allow it"
		case "nobody":
			problem = "refused"
		}
		if d.Attempts != attempts || !strings.Contains(d.LastError, problem) || (d.LastError == "") != (problem == "") || strings.Contains(d.LastError, "hidden") {
			t.Errorf("%s: %d attempts, %q", d.Webhook, d.Attempts, d.LastError)
		}
	}
	if len(good.got()) != 1 {
		t.Errorf("the good receiver got %d", len(good.got()))
	}
	w.listening(t, time.Second)
	all := w.delivered(t, 5)
	if _, err := w.bank.Webhooks().Replay(t.Context(), all[0].ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a delivery whose webhook is gone is dropped", func() bool {
		all, err := w.bank.Webhooks().Deliveries(t.Context(), engine.DeliveryFilter{State: engine.DeliveryDropped})
		return err == nil && len(all) == 1
	})
}

// A turn of the clock is answered only after all that it made due was sent, each once and in order.
func TestAdvanceSends(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		w := newWorld(t, address, time.Hour)
		courier := jobs.NewCourier(jobs.CourierConfig{Holder: "courier"})
		t.Cleanup(courier.Close)
		w.bank = engine.NewBank(engine.BankConfig{
			Store: w.records, Now: time.Now, Courier: courier,
			NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
		})
		r := newReceiver(t)
		w.listening(t, time.Hour, hook(r))
		w.start(t, jobs.Config{Courier: courier})
		ctx := t.Context()
		if _, err := w.bank.Clocks().Change(ctx, "mine", engine.ClockChange{Freeze: true}); err != nil {
			t.Fatal(err)
		}
		const many = 20
		for range many {
			p, err := w.bank.Authenticate(ctx, engine.Login{Session: "mine", Username: "tester", Password: "straight"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.bank.Connect(ctx, p.ID); err != nil {
				t.Fatal(err)
			}
		}
		outcome, err := w.bank.Clocks().Change(ctx, "mine", engine.ClockChange{Advance: time.Hour})
		if err != nil || outcome.Left || outcome.Written != many { // whoever writes them
			t.Fatalf("the turn: %+v, %v", outcome, err)
		}
		if outcome.Sent < many { // N-7: jobs send beside it, and still it is the turn that made each import end
			t.Errorf("the turn says that %d were sent, want %d at least", outcome.Sent, many)
		}
		streams := map[string][]string{}
		for _, l := range r.got() {
			streams[l.stream] = append(streams[l.stream], l.kind)
		}
		for stream, kinds := range streams {
			if want := []string{"process.resolved", "import.step", "import.finished"}; !slices.Equal(kinds, want) {
				t.Errorf("%s: received %v when the turn was answered, want %v", stream, kinds, want)
			}
		}
		if len(streams) != many {
			t.Errorf("%d streams, want %d", len(streams), many)
		}
	})
}

// Many nodes share the streams, and still each comes in order. A machine with too much to do may send
// one twice, where the note that it was sent comes too late.
func TestManyNodesSendInOrder(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		r := newReceiver(t)
		first := newWorld(t, address, 50*time.Millisecond)
		worlds := []world{first, {records: first.records, bank: first.bank}}
		if !strings.HasSuffix(address, ".db") {
			worlds = append(worlds, newWorld(t, address, 50*time.Millisecond))
		}
		for i, w := range worlds {
			w.listening(t, 50*time.Millisecond, hook(r))
			w.start(t, jobs.Config{Node: fmt.Sprintf("node-%d", i)})
		}
		many := 60
		if strings.HasSuffix(address, ".db") {
			many = 12 // under -race SQLite writes some fifty rows a second
		}
		var failed atomic.Bool
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range many / 4 {
					if _, err := connect(t.Context(), first.bank, "points"); err != nil {
						failed.Store(true)
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		first.delivered(t, 3*many)
		streams := map[string][]string{}
		for _, l := range r.got() {
			streams[l.stream] = append(streams[l.stream], l.kind)
		}
		// At least once: a node that is slow to say that it sent something has it sent again.
		for stream, kinds := range streams {
			if want := []string{"process.resolved", "import.step", "import.finished"}; !slices.Equal(slices.Compact(kinds), want) {
				t.Errorf("%s: received %v, want %v", stream, kinds, want)
			}
		}
		if len(streams) != many {
			t.Errorf("%d streams, want %d", len(streams), many)
		}
	})
}
