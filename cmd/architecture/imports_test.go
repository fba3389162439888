package architecture

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows says which of the project's own packages each package may import, and none besides.
var arrows = map[string][]string{
	"engine":                 {},
	"engine/coverage":        {"engine"},
	"engine/surface":         {"engine"},
	"engine/diagram":         {"engine"},
	"engine/store":           {"engine"},
	"engine/store/storetest": {"engine"},
	"engine/store/pgtest":    {},
	"engine/jobs":            {"engine", "engine/store"},
	"scenarios":              {"engine", "engine/surface", "scenarios/catalogue"},
	"scenarios/catalogue":    {},
	"scenarios/edit":         {"scenarios", "engine"},
	"scenarios/reload":       {"scenarios"},
	"scenarios/reference":    {"scenarios", "engine"},
	"scenarios/record":       {"engine", "engine/surface", "httpapi/journal"},                                 // what was noted, not how it is served
	"scenarios/scenariotest": {"scenarios", "engine", "engine/surface", "engine/coverage", "httpapi/picture"}, // pure: what is shown, not how it is served
	"httpapi":                {"engine", "engine/surface", "engine/coverage", "httpapi/web", "httpapi/journal", "httpapi/locale", "httpapi/picture", "httpapi/console"},
	"httpapi/web":            {"engine", "engine/coverage", "httpapi/locale", "httpapi/picture"},
	"httpapi/console":        {"engine", "engine/coverage", "engine/diagram", "httpapi/journal", "httpapi/locale"},
	"httpapi/locale":         {},
	"httpapi/picture":        {"engine"},
	"httpapi/journal":        {"engine"},
	"httpapi/mockbanktest":   {"cmd/app"},
	"cmd/app":                {"engine", "engine/store", "engine/jobs", "engine/surface", "scenarios", "scenarios/catalogue", "scenarios/edit", "scenarios/reload", "httpapi", "httpapi/web", "httpapi/journal", "scenarios/record", "scenarios/scenariotest"},
	"cmd/mockbank":           {"cmd/app", "scenarios", "scenarios/catalogue", "scenarios/edit", "scenarios/reload", "scenarios/reference", "scenarios/scenariotest", "engine", "engine/surface", "engine/diagram", "cmd/mockbank/mcp"},
	"cmd/mockbank/mcp":       {"engine", "scenarios", "scenarios/edit"},
	"cmd/mockbank/e2e":       {},                                                                                 // it knows the binary, not the code
	"cmd/bench":              {"cmd/bench/contender", "cmd/bench/fill", "cmd/bench/measure", "cmd/bench/report"}, // it runs the binary
	"cmd/bench/contender":    {"cmd/bench/load"},
	"cmd/bench/fill":         {}, // it knows the tables alone
	"cmd/bench/measure":      {"cmd/bench/contender", "cmd/bench/fill", "cmd/bench/load"},
	"cmd/bench/report":       {"cmd/bench/contender", "cmd/bench/measure"},
	"cmd/bench/baseline":     {}, // what mockbank is measured against
	"cmd/bench/load":         {},
	"cmd/survive":            {"cmd/bench/contender"}, // it runs the binary
	"cmd/architecture":       {},
	"cmd/testreport":         {},
	"cmd/mutate":             {},
	"cmd/othersystems":       {},
}

// technologies says which packages may import a library; elsewhere it is a stranger. Tests included.
var technologies = map[string][]string{
	"gopkg.in/yaml.v3":                {"scenarios", "cmd/mockbank/e2e"}, // the latter reads other tools' files
	"github.com/fsnotify/fsnotify":    {"scenarios/reload"},
	"github.com/gorilla/mux":          {"httpapi", "cmd/bench/baseline"},
	"github.com/rs/zerolog":           {"httpapi", "cmd/app", "cmd/mockbank", "cmd/bench/baseline"},
	"github.com/riverqueue":           {"engine/jobs", "engine/store", "cmd/app"},
	"modernc.org/sqlite":              {"engine/store", "cmd/bench/baseline", "cmd/bench/fill", "cmd/survive"},
	"github.com/jackc/pgx":            {"engine/store", "cmd/bench/baseline", "cmd/bench/fill", "cmd/survive", "cmd/mockbank/e2e"},
	"github.com/pressly/goose":        {"engine/store"},
	"github.com/chromedp":             {"cmd/mockbank/e2e"},
	"github.com/spf13":                {"cmd/mockbank"},
	"github.com/prometheus":           {"httpapi", "cmd/app"},
	"github.com/modelcontextprotocol": {"cmd/mockbank/mcp", "cmd/mockbank/e2e"},
	"golang.org/x/image":              {"httpapi/picture"},
	"github.com/boombuler/barcode":    {"httpapi/picture"},
	"github.com/makiuchi-d/gozxing":   {"httpapi", "cmd/mockbank/e2e"}, // tests decode with it what was drawn
	"database/sql":                    {"engine/store", "engine/jobs", "cmd/app", "cmd/bench", "cmd/survive", "cmd/mockbank/e2e"},
}

// impure are the parts of the standard library that would let the engine touch the world.
var impure = []string{"os", "net", "database", "log", "syscall", "io/ioutil", "path/filepath", "embed", "testing", "math/rand", "runtime", "unsafe", "C"}

// pure are those of their sub-packages that do not.
var pure = []string{"math/rand/v2", "net/textproto", "net/url", "net/netip"}

func TestArrows(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		allowed, found := arrows[p.folder()]
		if !found {
			t.Errorf("%s: no rule says what it may import; draw its arrows in imports_test.go", p.folder())
			continue
		}
		for _, imported := range p.Imports {
			own, found := strings.CutPrefix(imported, module+"/")
			if found && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s; of the project's own packages it may import %q", p.folder(), own, allowed)
			}
		}
	}
}

func TestBlackBox(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if p.folder() != "cmd/mockbank/e2e" {
			continue
		}
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			if strings.HasPrefix(imported, module+"/") && imported != module+"/engine/store/pgtest" { // which knows PostgreSQL only
				t.Errorf("the end-to-end tests import %s: they are to know the binary only", imported)
			}
		}
	}
}

func TestTechnologies(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			for library, allowed := range technologies {
				if within(imported, []string{library}) && !within(p.folder(), allowed) {
					t.Errorf("%s imports %s; only %v may", p.folder(), imported, allowed)
				}
			}
		}
	}
}

func TestEngineIsPure(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if p.folder() != "engine" {
			continue
		}
		for _, imported := range p.Imports {
			first, _, _ := strings.Cut(imported, "/")
			if strings.Contains(first, ".") {
				t.Errorf("engine imports %s, which is outside the standard library", imported)
			}
			if within(imported, impure) && !slices.Contains(pure, imported) {
				t.Errorf("engine imports %s, which reaches outside of it", imported)
			}
		}
		for _, name := range p.GoFiles {
			checkPureCalls(t, p, name)
		}
	}
}

// A transaction that creates a record enqueues its job: that is all the store knows of River.
func TestFewFilesEnqueue(t *testing.T) {
	t.Parallel()
	var files []string
	for _, p := range packages(t) {
		if p.folder() != "engine/store" {
			continue
		}
		for _, name := range p.GoFiles {
			file, _ := parse(t, p, name)
			for _, spec := range file.Imports {
				path, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				if within(path, []string{"github.com/riverqueue"}) && !slices.Contains(files, name) && !strings.HasPrefix(name, "enqueue") {
					files = append(files, name)
				}
			}
		}
	}
	if len(files) > 0 {
		t.Errorf("River is imported by %v of engine/store; only enqueue*.go are to know it", files)
	}
}

// within reports whether path is one of the places or lies below one.
func within(path string, places []string) bool {
	return slices.ContainsFunc(places, func(folder string) bool {
		return path == folder || strings.HasPrefix(path, folder+"/")
	})
}
