package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"
)

// mutants are the changes that were drawn, compiled into test programs.
type mutants struct {
	folder   string
	programs []program
	drawn    []*site
	// total is how many changes there were to draw from.
	total int
	// survived are those that no test noticed, by their place in the code.
	survived []*site
}

// program is a compiled test program, and the packages whose changes it holds.
type program struct {
	path, dir string
	// took is how long it runs where nothing is changed.
	took time.Duration
}

// switchName is the environment's variable that says which change is on.
const switchName = "MOCKBANK_MUTANT"

// switches is what each changed package gets.
const switches = `package %s

import "os"

var mutantNow = func() (now int) {
	for _, digit := range os.Getenv("` + switchName + `") {
		now = 10*now + int(digit-'0')
	}
	return now
}()

func mutantOn(id int) bool { return mutantNow == id }
`

// prepare draws the changes and compiles them into the tests.
func prepare(ctx context.Context, s settings) (*mutants, error) {
	sites, packages, err := findSites(ctx, s.packages)
	if err != nil {
		return nil, err
	}
	m := new(mutants)
	if m.folder, err = os.MkdirTemp("", "mutate-"); err != nil {
		return nil, err
	}
	m.draw(sites, s)
	err = m.write(sites, packages)
	if err == nil {
		err = m.compile(ctx, slices.Concat(s.packages, s.tests))
	}
	if err != nil {
		return nil, errors.Join(err, m.remove())
	}
	return m, nil
}

func (m *mutants) remove() error { return os.RemoveAll(m.folder) }

// draw chooses the changes and gives them their numbers.
func (m *mutants) draw(sites map[string][]*site, s settings) {
	var all []*site
	for _, one := range sites {
		all = append(all, one...)
	}
	slices.SortFunc(all, byPosition)
	m.total = len(all)
	if s.sample > 0 && s.sample < len(all) {
		random := rand.New(rand.NewPCG(s.seed, 0))
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:s.sample]
		slices.SortFunc(all, byPosition)
	}
	for i, one := range all {
		one.id = i + 1
	}
	m.drawn = all
}

// write writes the changed files, and which files they stand for.
func (m *mutants) write(sites map[string][]*site, packages []goPackage) error {
	replace := make(map[string]string)
	position := func(file string, text []byte) error {
		replace[file] = filepath.Join(m.folder, strconv.Itoa(len(replace))+".go")
		return os.WriteFile(replace[file], text, 0o600)
	}
	for file, all := range sites {
		drawn := slices.DeleteFunc(slices.Clone(all), func(one *site) bool { return one.id == 0 })
		if len(drawn) == 0 {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := position(file, rewrite(text, drawn)); err != nil {
			return err
		}
	}
	for _, one := range packages {
		if err := position(filepath.Join(one.Dir, "mutant_switches.go"), fmt.Appendf(nil, switches, one.Name)); err != nil {
			return err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(m.overlay(), overlay, 0o600)
}

func (m *mutants) overlay() string { return filepath.Join(m.folder, "overlay.json") }

// compile compiles the tests of the packages, with all changes switched off until told otherwise.
func (m *mutants) compile(ctx context.Context, names []string) error {
	packages, err := listPackages(ctx, names, false)
	if err != nil {
		return err
	}
	for i, one := range packages {
		path := filepath.Join(m.folder, "tests-"+strconv.Itoa(i))
		command := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", m.overlay(), "-o", path, one.ImportPath)
		if out, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("compile the changes into the tests of %s: %w\n%s", one.ImportPath, err, out)
		}
		if _, err := os.Stat(path); err == nil { // a package without tests has no program
			m.programs = append(m.programs, program{path: path, dir: one.Dir})
		}
	}
	return nil
}

// try runs the tests without a change, and then once for each.
func (m *mutants) try(ctx context.Context, s settings, progress io.Writer) error {
	for i := range m.programs {
		one := &m.programs[i]
		began := time.Now()
		if out, err := one.run(ctx, 0, s.timeout); err != nil {
			return fmt.Errorf("without a change the tests in %s fail already: %w\n%s", one.dir, err, out)
		}
		one.took = time.Since(began)
	}
	var mu sync.Mutex
	var wait sync.WaitGroup
	next, done := make(chan *site), 0
	for range s.parallel {
		wait.Go(func() {
			for one := range next {
				noticed := m.noticed(ctx, one, s)
				mu.Lock()
				done++
				if !noticed {
					m.survived = append(m.survived, one)
				}
				if s.verbose || !noticed {
					word := map[bool]string{true: "noticed", false: "SURVIVED"}[noticed]
					_, _ = fmt.Fprintf(progress, "%d/%d %s %s:%d %s\n", done, len(m.drawn), word, one.file, one.line, one.key())
				}
				mu.Unlock()
			}
		})
	}
	for _, one := range m.drawn {
		if ctx.Err() != nil {
			break
		}
		next <- one
	}
	close(next)
	wait.Wait()
	slices.SortFunc(m.survived, byPosition)
	return ctx.Err()
}

// noticed reports whether some test fails with a change, or does not end.
func (m *mutants) noticed(ctx context.Context, one *site, s settings) bool {
	for _, program := range m.programs {
		bound := min(s.timeout, 10*program.took+10*time.Second)
		if _, err := program.run(ctx, one.id, bound); err != nil {
			return true
		}
	}
	return false
}

// run runs a test program with one change switched on, 0 for none.
func (p *program) run(ctx context.Context, id int, bound time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	command := exec.CommandContext(ctx, p.path, "-test.failfast", "-test.timeout", bound.String())
	command.Dir = p.dir
	command.Env = append(os.Environ(), switchName+"="+strconv.Itoa(id))
	command.WaitDelay = time.Second
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	return out.Bytes(), err
}
