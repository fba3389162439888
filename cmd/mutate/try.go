package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
	// endless counts those that were noticed because the tests did not end.
	endless int
}

// program is a compiled test program, and the packages whose changes it holds.
type program struct {
	path, dir string
	// took is how long it runs where nothing is changed.
	took time.Duration
	// reaches are the numbers of the changes that its tests come by: others it cannot notice.
	reaches map[int]bool
}

// switchName is the environment's variable that says which change is on, reachedName the one that names the
// file for the numbers of those that the tests come by.
const switchName, reachedName = "MOCKBANK_MUTANT", "MOCKBANK_MUTANTS_REACHED"

// switches is what each changed package gets.
const switches = `package %s

import (
	"os"
	"strconv"
	"sync"
)

var mutantNow, _ = strconv.Atoi(os.Getenv("` + switchName + `"))

var mutantsReached = func() *os.File {
	file, _ := os.OpenFile(os.Getenv("` + reachedName + `"), os.O_APPEND|os.O_WRONLY, 0)
	return file
}()

var mutantsSeen sync.Map

func mutantOn(id int) bool {
	if mutantsReached != nil {
		if _, seen := mutantsSeen.LoadOrStore(id, true); !seen {
			_, _ = mutantsReached.WriteString(strconv.Itoa(id) + "\n")
		}
	}
	return mutantNow == id
}
`

// prepare draws the changes and compiles them into the tests.
func prepare(ctx context.Context, s settings) (*mutants, error) {
	sites, packages, err := findSites(ctx, s.packages)
	if err != nil {
		return nil, err
	}
	var only map[string]string
	if s.only != "" {
		if only, err = readKnown(s.only); err != nil {
			return nil, err
		}
	}
	m := new(mutants)
	if m.folder, err = os.MkdirTemp("", "mutate-"); err != nil {
		return nil, err
	}
	m.draw(sites, s, only)
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

// draw chooses the changes and gives them their numbers. Each is drawn by its own name, so that a sample stays
// the same while the code beside it changes.
func (m *mutants) draw(sites map[string][]*site, s settings, only map[string]string) {
	var all []*site
	for _, one := range sites {
		all = append(all, one...)
	}
	m.total = len(all)
	if s.sample > 0 && s.sample < len(all) {
		lot := func(one *site) string {
			return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%d %s", s.seed, one.key())))
		}
		slices.SortFunc(all, func(a, b *site) int { return strings.Compare(lot(a), lot(b)) })
		all = all[:s.sample]
	}
	slices.SortFunc(all, byPosition)
	if only != nil {
		all = slices.DeleteFunc(all, func(one *site) bool { _, wanted := only[one.key()]; return !wanted })
	}
	all = all[min(s.skip, len(all)):]
	if s.count > 0 {
		all = all[:min(s.count, len(all))]
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

// measure runs the tests without a change: how long each program takes, and which changes it comes by. The quickest
// comes first from then on.
func (m *mutants) measure(ctx context.Context, s settings) error {
	for i := range m.programs {
		one := &m.programs[i]
		reached := one.path + ".reached"
		if err := os.WriteFile(reached, nil, 0o600); err != nil {
			return err
		}
		began := time.Now()
		if out, err := one.run(ctx, 0, s.timeout, reachedName+"="+reached); err != nil {
			return fmt.Errorf("without a change the tests in %s fail already: %w\n%s", one.dir, err, out)
		}
		one.took = time.Since(began)
		text, err := os.ReadFile(reached)
		if err != nil {
			return err
		}
		one.reaches = make(map[int]bool)
		for line := range strings.Lines(string(text)) {
			if id, err := strconv.Atoi(strings.TrimSpace(line)); err == nil {
				one.reaches[id] = true
			}
		}
	}
	slices.SortStableFunc(m.programs, func(a, b program) int { return cmp.Compare(a.took, b.took) })
	return nil
}

// try runs the tests without a change, and then once for each.
func (m *mutants) try(ctx context.Context, s settings, progress io.Writer) error {
	if err := m.measure(ctx, s); err != nil {
		return err
	}
	var mu sync.Mutex
	var wait sync.WaitGroup
	next, done := make(chan *site), 0
	for range s.parallel {
		wait.Go(func() {
			for one := range next {
				word := m.tryOne(ctx, one, s)
				if ctx.Err() != nil {
					continue
				}
				mu.Lock()
				done++
				switch word {
				case endless:
					m.endless++
				case survived, notReached:
					m.survived = append(m.survived, one)
				}
				if s.verbose || word == survived || word == notReached {
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

// What comes of a change: a test fails, or never ends, or all pass, or there is none that comes by it.
const noticed, endless, survived, notReached = "noticed", "noticed (no end)", "SURVIVED", "SURVIVED (no test comes by)"

// tryOne runs the tests with a change and returns what comes of it.
func (m *mutants) tryOne(ctx context.Context, one *site, s settings) string {
	word := notReached
	for _, program := range m.programs {
		if !program.reaches[one.id] {
			continue
		}
		word = survived
		bound := min(s.timeout, 10*program.took+10*time.Second)
		began := time.Now()
		if _, err := program.run(ctx, one.id, bound); err != nil {
			if time.Since(began) >= bound {
				return endless
			}
			return noticed
		}
	}
	return word
}

// run runs a test program with one change switched on, 0 for none.
func (p *program) run(ctx context.Context, id int, bound time.Duration, environment ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	command := exec.CommandContext(ctx, p.path, "-test.failfast", "-test.timeout", bound.String())
	command.Dir = p.dir
	command.Env = append(append(os.Environ(), switchName+"="+strconv.Itoa(id)), environment...)
	command.WaitDelay = time.Second
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	return out.Bytes(), err
}
