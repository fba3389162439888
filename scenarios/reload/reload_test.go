package reload

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

// bankText is a configuration whose only scenario has this name.
func bankText(name string) string {
	return fmt.Sprintf("version: 1\nbanks: [{slug: MockBank}]\nscenarios:\n  - {name: %s, authentication: AUTHENTICATED}\n", name)
}

// live is a reloader over a folder, and what it made live.
type live struct {
	t        *testing.T
	folder   string
	reloader *Reloader
	// prepare changes the reloader before it runs.
	prepare func(*Reloader)

	mu       sync.Mutex
	names    []string
	outcomes []Outcome
}

// startLive starts a reloader of the path within folder.
func startLive(t *testing.T, folder, path string, change ...func(*Config)) *live {
	t.Helper()
	return (&live{t: t, folder: folder}).start(path, change...)
}

// start starts the reloader.
func (l *live) start(path string, change ...func(*Config)) *live {
	t, folder := l.t, l.folder
	t.Helper()
	config, report := scenarios.Load(t.Context(), filepath.Join(folder, path), scenarios.Options{})
	if config == nil {
		t.Fatalf("the first load: %v", report.Diagnostics)
	}
	settings := Config{
		Path: filepath.Join(folder, path), Config: config, Report: report, Use: l.use, Done: l.done,
		Rescan: time.Hour, SecondRead: time.Millisecond,
	}
	for _, one := range change {
		one(&settings)
	}
	l.reloader = New(settings)
	if l.prepare != nil {
		l.prepare(l.reloader)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.reloader.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	if _, err := l.reloader.Reload(t.Context()); err != nil { // it watches by now
		t.Fatal(err)
	}
	return l
}

func (l *live) use(config *scenarios.Config) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, scenario := range config.Rules.Scenarios {
		l.names = append(l.names, scenario.Name)
	}
}

func (l *live) done(outcome Outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if outcome.Trigger != TriggerAPI {
		l.outcomes = append(l.outcomes, outcome)
	}
}

func (l *live) write(name, text string) {
	l.t.Helper()
	if err := os.WriteFile(filepath.Join(l.folder, name), []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
}

func (l *live) do(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *live) path(name string) string { return filepath.Join(l.folder, name) }

// await waits until the condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			t.Fatalf("timed out waiting for %s", what)
		case <-tick.C:
		}
	}
}

// awaitLive waits until the scenario is live.
func (l *live) awaitLive(name string) {
	l.t.Helper()
	await(l.t, "scenario "+name, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, one := range l.names {
			if one == name {
				return true
			}
		}
		return false
	})
}

// awaitOutcomes waits until the reloader has told of this many reloads that nobody asked for.
func (l *live) awaitOutcomes(n int) []Outcome {
	l.t.Helper()
	await(l.t, fmt.Sprintf("%d outcomes", n), func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.outcomes) >= n
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.outcomes
}

func TestEveryWayOfSavingGoesLive(t *testing.T) {
	t.Parallel()
	triggers := map[string]func(l *live){
		"truncate and write": func(l *live) { l.write("mockbank.yaml", bankText("saved")) },
		"write another file and move it over": func(l *live) {
			l.write(".mockbank.yaml.swp", bankText("saved"))
			l.do(os.Rename(l.path(".mockbank.yaml.swp"), l.path("mockbank.yaml")))
		},
		"keep a backup as vim does": func(l *live) {
			l.do(os.Rename(l.path("mockbank.yaml"), l.path("mockbank.yaml~")))
			l.write("mockbank.yaml", bankText("saved"))
			l.do(os.Remove(l.path("mockbank.yaml~")))
		},
		"delete and recreate": func(l *live) {
			l.do(os.Remove(l.path("mockbank.yaml")))
			l.write("mockbank.yaml", bankText("saved"))
		},
		"write in two halves": func(l *live) {
			text := bankText("saved")
			l.write("mockbank.yaml", text[:60])
			file, err := os.OpenFile(l.path("mockbank.yaml"), os.O_APPEND|os.O_WRONLY, 0o600)
			l.do(err)
			_, err = file.WriteString(text[60:])
			l.do(err)
			l.do(file.Close())
		},
	}
	for name, save := range triggers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			l := &live{t: t, folder: folder}
			l.write("mockbank.yaml", bankText("first"))
			l = startLive(t, folder, "mockbank.yaml")
			save(l)
			l.awaitLive("saved")
			for _, outcome := range l.awaitOutcomes(1) {
				if outcome.Result == ResultRefused {
					t.Errorf("a file that was being written was reported: %v", outcome.Report.Diagnostics)
				}
			}
		})
	}
}

func TestSwappedLinksOfAConfigMapGoLive(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	for _, generation := range []string{"1", "2"} {
		l.do(os.MkdirAll(l.path("..data_"+generation+"/parts"), 0o700))
		l.write("..data_"+generation+"/mockbank.yaml", "include: parts\n"+bankText("main-"+generation))
		l.write("..data_"+generation+"/parts/one.yaml", "scenarios: [{name: part-"+generation+", when: {password: x}, authentication: AUTHENTICATED}]\n")
	}
	l.do(os.Symlink("..data_1", l.path("..data")))
	l.do(os.Symlink("..data/mockbank.yaml", l.path("mockbank.yaml")))
	l.do(os.Symlink("..data/parts", l.path("parts")))
	l = startLive(t, l.folder, "mockbank.yaml")

	l.do(os.Symlink("..data_2", l.path("..data_tmp")))
	l.do(os.Rename(l.path("..data_tmp"), l.path("..data")))
	l.do(os.RemoveAll(l.path("..data_1")))
	l.awaitLive("main-2")
	l.awaitLive("part-2")

	l.write("..data_2/parts/two.yaml", "scenarios: [{name: added, when: {password: y}, authentication: AUTHENTICATED}]\n")
	l.awaitLive("added") // the new folder is watched
}

func TestFilesOfIncludedFoldersGoLive(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.do(os.Mkdir(l.path("parts"), 0o700))
	l.write("mockbank.yaml", "include: [parts, \"later/*.yaml\"]\n"+bankText("main"))
	l = startLive(t, l.folder, "mockbank.yaml")

	l.write("parts/one.yaml", "scenarios: [{name: one, when: {password: x}, authentication: AUTHENTICATED}]\n")
	l.awaitLive("one")
	l.do(os.Mkdir(l.path("later"), 0o700))
	l.write("later/two.yaml", "scenarios: [{name: two, when: {password: y}, authentication: AUTHENTICATED}]\n")
	l.awaitLive("two")
	l.write("later/two.yaml", "scenarios: [{name: changed, when: {password: y}, authentication: AUTHENTICATED}]\n")
	l.awaitLive("changed")
}

func TestABadFileChangesNothingAndAGoodOneHeals(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]string{
		"truncated": bankText("bad")[:70], "wrong shape": "- a\n- list\n", "empty": "", "unknown key": bankText("bad") + "scenario: 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &live{t: t, folder: t.TempDir()}
			l.write("mockbank.yaml", bankText("first"))
			l = startLive(t, l.folder, "mockbank.yaml")
			l.write("mockbank.yaml", bad)
			outcome := l.awaitOutcomes(1)[0]
			if outcome.Result != ResultRefused || !outcome.Report.HasErrors() || l.reloader.Status().Result != ResultRefused {
				t.Errorf("outcome %v", outcome)
			}
			if len(l.names) != 0 {
				t.Errorf("made live: %v", l.names)
			}
			l.write("mockbank.yaml", bankText("first"))
			if outcome := l.awaitOutcomes(2)[1]; outcome.Result != ResultUnchanged {
				t.Errorf("the same good file again: %v", outcome.Result)
			}
			l.write("mockbank.yaml", bankText("second"))
			l.awaitLive("second")
		})
	}
}

func TestDeletedFileKeepsTheLastGoodSet(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	l = startLive(t, l.folder, "mockbank.yaml")
	l.do(os.Remove(l.path("mockbank.yaml")))
	if outcome := l.awaitOutcomes(1)[0]; outcome.Result != ResultRefused || outcome.Report.Diagnostics[0].Code != scenarios.CodeFileNotFound {
		t.Errorf("outcome %v", outcome)
	}
	l.write("mockbank.yaml", bankText("second"))
	l.awaitLive("second")
}

func TestReplacedFolderIsFoundByTheRescan(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.do(os.Mkdir(l.path("conf"), 0o700))
	l.write("conf/mockbank.yaml", bankText("first"))
	l = startLive(t, l.folder, "conf", func(c *Config) { c.Rescan = 20 * time.Millisecond })
	l.do(os.Mkdir(l.path("new"), 0o700))
	l.write("new/mockbank.yaml", bankText("second"))
	l.do(os.Rename(l.path("conf"), l.path("old")))
	l.do(os.Rename(l.path("new"), l.path("conf")))
	l.awaitLive("second")
	l.write("conf/mockbank.yaml", bankText("third"))
	l.awaitLive("third")
}

func TestReloadByHandReportsTheOutcome(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	l = startLive(t, l.folder, "mockbank.yaml", func(c *Config) { c.Quiet, c.Ceiling = time.Hour, time.Hour })
	reload := func(want Result) Outcome {
		t.Helper()
		outcome, err := l.reloader.Reload(t.Context())
		if err != nil || outcome.Result != want {
			t.Errorf("%v, %v; want %s", outcome.Result, err, want)
		}
		return outcome
	}
	reload(ResultUnchanged)
	l.write("mockbank.yaml", "server: {log_level: debug}\n"+bankText("second"))
	if outcome := reload(ResultApplied); len(outcome.Restart) != 1 || outcome.Restart[0] != "log_level" {
		t.Errorf("needs a restart: %v", outcome.Restart)
	}
	l.write("mockbank.yaml", "nonsense: 1\n")
	reload(ResultRefused)
	l.write("mockbank.yaml", bankText("third"))
	l.reloader.Trigger()
	l.awaitLive("third")
}

func TestReloadAfterTheEndFails(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	config, report := scenarios.Load(t.Context(), l.path("mockbank.yaml"), scenarios.Options{})
	r := New(Config{Path: l.path("mockbank.yaml"), Config: config, Report: report, Use: l.use})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	r.Run(ended)
	if _, err := r.Reload(t.Context()); !errors.Is(err, ErrStopped) {
		t.Errorf("error %v", err)
	}
}

func TestADefectOfTheLoaderIsARefusal(t *testing.T) {
	t.Parallel()
	l := &live{t: t, folder: t.TempDir()}
	l.write("mockbank.yaml", bankText("first"))
	config, report := scenarios.Load(t.Context(), l.path("mockbank.yaml"), scenarios.Options{})
	r := New(Config{Path: l.path("mockbank.yaml"), Config: config, Report: report, Use: l.use})
	r.load = func(context.Context, string, scenarios.Options) (*scenarios.Config, *scenarios.Report) {
		panic("index out of range")
	}
	outcome, _ := r.reload(t.Context(), TriggerAPI, false)
	if outcome.Result != ResultRefused || outcome.Report.Diagnostics[0].Code != scenarios.CodeDefect {
		t.Errorf("outcome %v", outcome)
	}
}
