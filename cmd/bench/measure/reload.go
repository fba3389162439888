package measure

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/load"
)

// Reload is how a server took new configurations.
type Reload struct {
	Contender string
	Stubs     int
	// Live are the times from a save to the first answer by it; none where it never came.
	Live []time.Duration
	// Failed are the requests that failed around each reload.
	Failed []int
	// Bad says what bad files did, by kind.
	Bad map[string]string
	// Missing is why it could not be measured, "" where it could.
	Missing string `json:",omitempty"`
}

// The kinds of bad files.
const (
	Truncated  = "truncated"
	WrongShape = "wrong shape"
	Empty      = "empty"
)

// BadFiles are the kinds of bad files, in the order of reports.
var BadFiles = []string{Truncated, WrongShape, Empty}

const (
	reloads     = 3
	gentleRate  = 200 // requests a second around a reload: what every contender can take
	aroundIt    = time.Second
	reloadLimit = 20 * time.Second
	probeEvery  = 2 * time.Millisecond
)

// Reloads gives a contender good and bad files.
func Reloads(ctx context.Context, c *contender.Contender, stubs int) Reload {
	report := Reload{Contender: c.Name, Stubs: stubs, Bad: map[string]string{}}
	s, err := c.Start(ctx, stubs, "")
	if err != nil {
		report.Missing = err.Error()
		return report
	}
	for i := range reloads {
		live, failed, err := reloadOnce(ctx, s, fmt.Sprintf("MARKER_%d", i+1))
		report.Failed = append(report.Failed, failed)
		if err == nil {
			report.Live = append(report.Live, live)
		}
	}
	if err := s.Stop(); err != nil {
		report.Missing = err.Error()
	}
	wait := aroundIt + 2*Middle(report.Live)
	for _, kind := range BadFiles {
		report.Bad[kind] = badFile(ctx, c, stubs, kind, wait)
	}
	return report
}

// reloadOnce saves a good file under a gentle load.
func reloadOnce(ctx context.Context, s *contender.Server, marker string) (live time.Duration, failed int, err error) {
	loadCtx, stop := context.WithCancel(ctx)
	defer stop()
	run := load.Run{Address: s.Address, Connections: 4, Duration: reloadLimit + 2*aroundIt, Want: []byte(s.Want()),
		Next: draw(s.Requests(&s.Setup)), Rate: gentleRate}
	results := make(chan load.Result, 1)
	go func() { results <- run.Do(loadCtx) }()
	pause(ctx, aroundIt)
	live, err = saveToLive(ctx, s, s.Content(marker), marker)
	pause(ctx, aroundIt)
	stop()
	result := <-results
	return live, result.Failed, err
}

// saveToLive saves a file and returns how long it took until an answer bore its marker.
func saveToLive(ctx context.Context, s *contender.Server, content []byte, marker string) (time.Duration, error) {
	request := s.Request(0)
	var probe contender.Probe
	defer probe.Close()
	began := time.Now()
	if err := s.Reload(ctx, content); err != nil {
		return 0, err
	}
	for time.Since(began) < reloadLimit {
		_, body, err := probe.Ask(ctx, s.Address, request)
		if err == nil && strings.Contains(body, marker) {
			return time.Since(began), nil
		}
		if s.Ended() || !pause(ctx, probeEvery) {
			break
		}
	}
	return 0, errors.New("the new file never spoke")
}

// badFile says what becomes of the stubs when a bad file is saved, and whether a good one heals.
func badFile(ctx context.Context, c *contender.Contender, stubs int, kind string, wait time.Duration) string {
	s, err := c.Start(ctx, stubs, "")
	if err != nil {
		return "not measured: " + err.Error()
	}
	defer s.Stop()
	_ = s.Reload(ctx, spoil(s.Content("MARKER_1"), kind)) // a refusal is what is hoped for
	pause(ctx, wait)
	verdict := look(ctx, s, contender.FirstMarker)
	if s.Ended() {
		return verdict
	}
	if _, err := saveToLive(ctx, s, s.Content("MARKER_2"), "MARKER_2"); err != nil {
		return verdict + ", not healed by a good file"
	}
	return verdict
}

func spoil(good []byte, kind string) []byte {
	switch kind {
	case Truncated:
		return good[:len(good)*2/3]
	case WrongShape:
		return []byte("{\"wrong\": [\"shape\"]}\n")
	default:
		return nil
	}
}

// look says what the server answers for its first stub.
func look(ctx context.Context, s *contender.Server, marker string) string {
	if s.Ended() {
		return "the process ends"
	}
	var probe contender.Probe
	defer probe.Close()
	status, body, err := probe.Ask(ctx, s.Address, s.Request(0))
	switch {
	case err != nil:
		return "no answer"
	case status/100 == 2 && (strings.Contains(body, marker) || strings.Contains(body, `"AUTHENTICATED"`)):
		return "last good"
	default:
		return fmt.Sprintf("%d", status)
	}
}

// SaveToLive saves a change and returns how long it took until an answer showed it.
func SaveToLive(ctx context.Context, s *contender.Server) (time.Duration, error) {
	return saveToLive(ctx, s, s.Content("MARKER_1"), "MARKER_1")
}
