package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"
	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

// instant is a bank that answers logins at once, so that a benchmark measures the HTTP layer alone.
type instant struct{ Bank }

func (instant) Authenticate(_ context.Context, login engine.Login, _ ...engine.Within[engine.ProcessState]) (engine.ProcessState, error) {
	return engine.ProcessState{Process: engine.Process{ID: unknownID, Bank: "MockBank", Scenario: login.Password, Rules: "1;5eed"}, Status: engine.Authenticated}, nil
}

func BenchmarkAuthenticate(b *testing.B) {
	s := start(b, func(c *Config) {
		c.Bank, c.Logger, c.Now = instant{c.Bank}, zerolog.New(io.Discard), time.Now
	})
	benchmarkLogin(b, s.handler)
}

// BenchmarkBaseline is what a plain gorilla/mux and zerolog handler takes for a login that it looks
// up in a map.
func BenchmarkBaseline(b *testing.B) {
	benchmarkLogin(b, baseline(zerolog.New(io.Discard)))
}

func benchmarkLogin(b *testing.B, handler http.Handler) {
	b.ReportAllocs()
	body := object("username", "tester", "password", "success")
	w := &sink{header: http.Header{}}
	for b.Loop() {
		r := httptest.NewRequest("POST", base+"/bank_connections/authenticate", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		clear(w.header)
		handler.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			b.Fatalf("status %d", w.status)
		}
	}
}

// sink is a ResponseWriter that keeps the status only.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

func baseline(logger zerolog.Logger) http.Handler {
	answers := map[string]processBody{"tester\x00success": {ID: unknownID, BankSlug: "MockBank", Status: engine.Authenticated}}
	router := mux.NewRouter()
	router.HandleFunc(base+"/bank_connections/authenticate", func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		var login struct {
			Username string `json:"username"`
			Password string `json:"password"`
		}
		if err := json.NewDecoder(r.Body).Decode(&login); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		_ = json.NewEncoder(w).Encode(answers[login.Username+"\x00"+login.Password])
		logger.Info().Str("route", "authenticate").Int("status", http.StatusOK).Dur("duration", time.Since(began)).Msg("request")
	}).Methods(http.MethodPost)
	return router
}
