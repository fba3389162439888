package httpapi

import (
	"fmt"
	"sync"
	"testing"
)

// Sessions that run side by side see their own exchanges, all of them, and nothing else.
func TestParallelSessionsSeeTheirOwn(t *testing.T) {
	t.Parallel()
	s := start(t)
	var running sync.WaitGroup
	for i := range 20 {
		running.Go(func() {
			session := fmt.Sprintf("run-%d", i)
			for range 5 {
				s.answerChallenge(session)
			}
			all := s.exchanges("session=" + session)
			moved := 0
			for _, exchange := range all {
				moved += len(exchange["transitions"].([]any))
			}
			if len(all) != 15 || moved != 5 {
				t.Errorf("%s: %d exchanges, %d transitions", session, len(all), moved)
			}
			report := s.get("/admin/v1/coverage?session="+session, loopback).want(200)
			if got := report.field("detail").([]any)[1].(map[string]any)["logins"]; got != 5.0 {
				t.Errorf("%s: %v logins", session, got)
			}
		})
	}
	running.Wait()
}
