package measure

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/fill"
	"github.com/mockbank/mockbank/cmd/bench/load"
)

// The kinds of work that are measured on databases of different sizes, beside logins, reads and connections made.
const (
	StartUp       Work = "start to first answer"
	FirstPage     Work = "list, first page"
	DeepPage      Work = "list, a page from the middle"
	StatusPage    Work = "list, by status"
	BankPage      Work = "list, by bank and status, from the middle"
	ProcessPage   Work = "list of processes, from the middle"
	OpenPage      Work = "list of open processes"
	SessionClock  Work = "clock of a session with few rows"
	DefaultClock  Work = "clock of the session with all rows"
	MetricsScrape Work = "/metrics"
)

// ScaleWorks are all of them, in the order of reports.
var ScaleWorks = []Work{StartUp, Login, Process, Connection, Connect, FirstPage, DeepPage, StatusPage, BankPage, ProcessPage, OpenPage,
	SessionClock, DefaultClock, MetricsScrape}

// ModelWorks are those of which it is looked at what they cost the database's server.
var ModelWorks = []Work{Login, Process, Connection, Connect}

// Grown is a database that was filled.
type Grown struct {
	Database string
	Wanted   int64
	fill.Grown
}

// Held are rows that a database holds, by their identifiers, drawn from all over it.
type Held struct{ Processes, Connections []string }

// Use looks at what the database has done so far.
type Use func() (contender.DatabaseUse, error)

// seeded is how many processes [Load.Seed] makes, and seededUsers how many users have them.
const (
	seeded      = 1000
	seededUsers = 500
)

// Seed makes the records that a database is grown from: of a thousand logins four hundred are connected and imported,
// eight have an import that goes on, eight wait, and a hundred fail.
func (l Load) Seed(ctx context.Context, s *contender.Server) error {
	for _, one := range []struct {
		password         string
		logins, connects int
	}{
		{contender.PasswordImports, seeded - 116, 400}, {contender.PasswordLong, 8, 8}, {contender.PasswordWaits, 8, 0}, {"wrong", 100, 0},
	} {
		requests := make([][]byte, one.logins)
		for i := range requests {
			requests[i] = contender.LoginAs(&s.Setup, i%seededUsers, one.password)
		}
		processes, err := l.create(ctx, s, requests, "bank_authentication_process_id")
		if err != nil {
			return err
		}
		if _, err := l.connect(ctx, s, processes[:one.connects]); err != nil {
			return err
		}
	}
	if !Settle(ctx, s, restPatience) {
		return errors.New("the imports are not over within a minute")
	}
	return nil
}

// Scale measures everything once on a server that has just been started.
func (l Load) Scale(ctx context.Context, s *contender.Server, held Held, use Use) ([]Sample, error) {
	Settle(ctx, s, restPatience)
	idle, highest := s.Resident()
	samples := []Sample{{Contender: s.Name, Work: StartUp, Rate: 1 / s.StartedIn.Seconds(), Start: s.StartedIn, CPU: s.CPU(), Idle: idle,
		Loaded: highest}}
	session := "/admin/v1/sessions/"
	if err := l.seedSession(ctx, s); err != nil {
		return samples, err
	}
	middle := func(ids []string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(ids[len(ids)/2]))
	}
	get := func(path string) [][]byte { return [][]byte{load.Request("GET", s.Address, path, "")} }
	turn := func(id string) [][]byte {
		return [][]byte{load.Request("POST", s.Address, session+id+"/clock", `{"advance": "1ms"}`)}
	}
	few := Load{Connections: min(4, l.Connections), Duration: l.Duration / 2}
	for _, one := range []struct {
		work     Work
		load     Load
		requests [][]byte
		want     string
	}{
		{Login, l, logins(s), "AUTHENTICATED"},
		{Process, l, reads(s, connectionsPath+"/authenticate/", held.Processes), "bank_authentication_process_id"},
		{Connection, l, reads(s, connectionsPath+"/", held.Connections), "import_progress"},
		{FirstPage, few, get(connectionsPath + "?limit=50"), "next_cursor"},
		{DeepPage, few, get(connectionsPath + "?limit=50&cursor=" + middle(held.Connections)), "next_cursor"},
		{StatusPage, few, get(connectionsPath + "?limit=50&status=IN_PROGRESS"), "IN_PROGRESS"},
		{BankPage, few, get(connectionsPath + "?limit=50&status=SUCCESS&bank_slug=MockBank&cursor=" + middle(held.Connections)), "SUCCESS"},
		{ProcessPage, few, get("/admin/v1/processes?limit=50&cursor=" + middle(held.Processes)), "next_cursor"},
		{OpenPage, few, get("/admin/v1/processes?limit=50&open=true"), "DECOUPLED_AUTH_REQUIRED"},
		{SessionClock, few.alone(), turn("few-rows"), "few-rows"},
		{DefaultClock, few.alone(), turn("default"), "default"},
		{MetricsScrape, few.alone(), get("/metrics"), "mockbank_"},
	} {
		look := use
		if !slices.Contains(ModelWorks, one.work) {
			look = nil
		}
		sample, err := one.load.metered(ctx, s, one.work, load.Run{Next: draw(one.requests), Want: []byte(one.want)}, look)
		if err != nil {
			return samples, err
		}
		samples = append(samples, sample)
	}
	connect, err := l.connectsMetered(ctx, s, use)
	return append(samples, connect), err
}

func (l Load) alone() Load { return Load{Connections: 1, Duration: l.Duration} }

// logins are of the users that the rows are of.
func logins(s *contender.Server) [][]byte {
	requests := make([][]byte, seededUsers)
	for i := range requests {
		requests[i] = contender.LoginAs(&s.Setup, i, contender.PasswordImports)
	}
	return requests
}

// seedSession makes a session with few rows.
func (l Load) seedSession(ctx context.Context, s *contender.Server) error {
	var asked contender.Probe
	defer asked.Close()
	status, body, err := asked.Ask(ctx, s.Address, load.Request("POST", s.Address, "/admin/v1/sessions/few-rows/clock", `{"advance": "1ms"}`))
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("make a session: %d %.200s", status, body)
	}
	return err
}

// connectedAtMost bounds how many processes are made to be connected.
const connectedAtMost = 6000

func (l Load) connectsMetered(ctx context.Context, s *contender.Server, use Use) (Sample, error) {
	requests := make([][]byte, connectedAtMost)
	for i := range requests {
		requests[i] = contender.LoginAs(&s.Setup, i%seededUsers, contender.PasswordLong)
	}
	processes, err := l.create(ctx, s, requests, "bank_authentication_process_id")
	if err != nil {
		return Sample{}, err
	}
	pause(ctx, statisticsLag)
	return l.meter(ctx, s, Connect, l.once(s, connectRequests(s, processes)), use)
}

// statisticsLag is how far PostgreSQL's own counts are behind.
const statisticsLag = 1100 * time.Millisecond

// metered measures work after a run of a quarter of its time, whose figures do not count.
func (l Load) metered(ctx context.Context, s *contender.Server, work Work, run load.Run, use Use) (Sample, error) {
	run.Address, run.Connections, run.Duration = s.Address, l.Connections, l.Duration/warmUp
	run.Do(ctx)
	run.Duration = l.Duration
	return l.meter(ctx, s, work, run, use)
}

// meter measures a run together with what the database does meanwhile.
func (l Load) meter(ctx context.Context, s *contender.Server, work Work, run load.Run, use Use) (Sample, error) {
	idle, _ := s.Resident()
	if use != nil {
		pause(ctx, statisticsLag)
	}
	earlier, err := use.look()
	if err != nil {
		return Sample{}, err
	}
	cpu := s.CPU()
	result := run.Do(ctx)
	used := s.CPU() - cpu
	_, highest := s.Resident()
	sample := describe(s, work, result, used, idle, highest)
	if use == nil || result.Answers == 0 {
		return sample, ctx.Err()
	}
	pause(ctx, statisticsLag)
	now, err := use.look()
	did := now.Sub(earlier)
	n := float64(result.Answers)
	sample.DatabaseCPU = did.CPU / time.Duration(result.Answers)
	sample.Commits, sample.WAL = float64(did.Commits)/n, float64(did.WAL)/n
	return sample, err
}

func (u Use) look() (contender.DatabaseUse, error) {
	if u == nil {
		return contender.DatabaseUse{}, nil
	}
	return u()
}

// CleanUp is how a clean-up went beside logins.
type CleanUp struct {
	Database string
	Rows     int64
	// Removed is how many records had gone after Took. A connection's history goes with it, uncounted.
	Removed int64
	Took    time.Duration
	// Rate is of the logins that were due a second. P99 is of their answers meanwhile, Without where nothing had to go.
	Rate         float64
	P99, Without time.Duration
	Failed       int
}

// Beside drives a server with logins at a rate for so long, and says how they were answered.
func (l Load) Beside(ctx context.Context, s *contender.Server, rate float64, length time.Duration) load.Result {
	run := load.Run{Address: s.Address, Connections: l.Connections, Duration: length, Next: draw(logins(s)), Want: []byte("AUTHENTICATED"),
		Rate: rate}
	return run.Do(ctx)
}

// Removed returns how many records clean-ups have removed since the server was started.
func Removed(ctx context.Context, s *contender.Server) (sum int64, err error) {
	var asked contender.Probe
	defer asked.Close()
	_, body, err := asked.Ask(ctx, s.Address, load.Request("GET", s.Address, "/metrics", ""))
	if err != nil {
		return 0, err
	}
	return readRemoved(body)
}

// readRemoved adds up the counters of what clean-ups have removed.
func readRemoved(metrics string) (sum int64, err error) {
	for line := range strings.Lines(metrics) {
		rest, found := strings.CutPrefix(line, "mockbank_rows_removed_total{")
		_, count, cut := strings.Cut(rest, "} ")
		if !found || !cut {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(count), 64)
		if err != nil {
			return 0, err
		}
		sum += int64(n)
	}
	return sum, nil
}
