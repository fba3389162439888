package scenarios

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// edited is a folder of files that is edited at random.
type edited struct {
	t      *testing.T
	random *rand.Rand
	folder string
	files  map[string]string
	good   map[string]string // what they were when they were good
	number int
}

func (e *edited) name() string { e.number++; return fmt.Sprintf("case-%d", e.number) }

func (e *edited) pick(from ...string) string { return from[e.random.IntN(len(from))] }

// item is a scenario as somebody may write it.
func (e *edited) item() string {
	name, password := e.name(), fmt.Sprintf("pw-%d", e.random.IntN(60))
	known := fmt.Sprintf("case-%d", max(2, e.number-2-e.random.IntN(9)))
	return e.pick(
		"  - {name: "+name+", when: {password: "+password+"}, authentication: AUTHENTICATED}\n",
		"  - {name: "+name+", when: {password: "+password+"}, authentication: AUTHENTICATED, import: slow}\n",
		"  - {name: "+name+", like: "+known+", when: {username: "+password+"}}\n",
		"  - {name: "+name+", like: base, when: {password: "+password+"}}\n",
		"  - name: "+name+"\n    enabled: false\n    authentication: AUTHENTICATED\n    import: {takes: 3s}\n",
		"  - name: \""+name+"-${n}\"\n    for: {n: [a, b]}\n    when: {password: \""+password+"${n}\"}\n    authentication: AUTHENTICATED\n",
		"  - name: "+name+"\n    when: {password: "+password+"}\n    authentication: {goto: tan}\n",
		"  - name: "+name+"\n    # a comment\n\n    when: {password: {matches: '"+password+"-(?P<kind>.*)'}}\n    authentication: {status: AUTHENTICATION_FAILED, error: {code: '${kind}'}}\n",
		"  - name: "+name+"\n    description: |\n      - name: fake\n      - {name: fake}\n    when: {password: "+password+", switches: {down: on}}\n    authentication: AUTHENTICATED\n",
		"  - name: "+name+"\n    description: \"two\n\n      - lines\"\n    when: {password: "+password+", counters: {burnt: 2..}}\n    authentication: AUTHENTICATED\n",
		"  - name: "+name+"\n    when: {password: "+password+", attempt: 2..}\n    authentication: {status: AUTHENTICATION_FAILED, count: burnt}\n",
		"  - name: "+name+"\n    when: {password: "+password+"}\n    authentication: &"+name+" {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, then: AUTHENTICATED}]}\n",
		"  -\n    name: "+name+"\n    allow: waits-for-ever\n    when: {password: "+password+"}\n    authentication: DECOUPLED_AUTH_REQUIRED\n",
		"  - {name: "+name+", when: {password: "+password+"}, authentication: {status: DECOUPLED_AUTH_REQUIRED, event: \"consent.asked\", expires_after: 5m}}\n",
		"  - {name: "+name+", when: {password: "+password+"}, authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {message: What?},\n      next: [{challenge_response: any, then: AUTHENTICATED}]}}\n",
		"  - {name: "+name+", when: {username: {prefix: "+password+"}}, authentication: AUTHENTICATED}\n",
	)
}

func (e *edited) defaults() string {
	return e.pick("", "", "defaults: {when: {bank: MockBank}}\n", "defaults:\n  when: {username: tester}\n  import: {takes: 2s}\n",
		"defaults: {import: slow, steps: {tan: AUTHENTICATED}}\n", "defaults: {when: {counters: {lost: 1..}}}\n", "allow: never-matches\n")
}

func (e *edited) file(scenarios int) string {
	var text strings.Builder
	text.WriteString("version: 1\n" + e.defaults() + "scenarios:\n")
	text.WriteString("  - {name: " + e.name() + ", when: {password: first}, authentication: AUTHENTICATED}\n")
	for range scenarios {
		text.WriteString(e.item())
	}
	return text.String()
}

func (e *edited) main() string {
	return "version: 1\n" + e.pick("", "# a comment\n\n") + "include: [parts/*.yaml" + e.pick("", ", extra.yaml") + "]\n" +
		e.pick("banks: [{slug: MockBank}]\n", "banks: [{slug: MockBank, usernames: {ignore_case: true}}]\n", "banks: [{slug: MockBank}, {slug: Other}]\ndefault_bank: MockBank\n") +
		e.pick("", "server: {seed: 4}\n", "errors: {LOCKED: {message: Locked}}\n") +
		"switches: {down: The bank is down" + e.pick("", ", up: It is not") + "}\n" +
		"imports: {slow: {takes: " + e.pick("20s", "40s") + "}}\n" +
		"webhooks: [{name: app, url: 'http://127.0.0.1:1/', events: [consent.asked], when: {scenario: base}}]\n" +
		"scenarios:\n  - {name: base, when: {password: base, counters: {burnt: 1..}}, authentication: {status: AUTHENTICATED, count: burnt}, import: slow}\n" +
		e.pick("", "  - {name: rest, authentication: AUTHENTICATED}\n") +
		"steps:\n  tan: {status: CHALLENGE_RESPONSE_REQUIRED, " + e.pick("", "event: step.told, ") + "next: [{challenge_response: any, then: AUTHENTICATED}]}\n"
}

// part is one of the files that hold the scenarios.
func (e *edited) part() string {
	names := slices.Sorted(maps.Keys(e.files))
	names = slices.DeleteFunc(names, func(name string) bool { return name == "mockbank.yaml" })
	return names[e.random.IntN(len(names))]
}

// items cuts a file where its items begin.
func items(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if len(all) == 0 || strings.HasPrefix(line, "  -") {
			all = append(all, "")
		}
		all[len(all)-1] += line
	}
	return all
}

func (e *edited) edit() {
	part := e.part()
	pieces := items(e.files[part])
	at := e.random.IntN(len(pieces))
	name := e.pick("add", "add", "remove", "replace", "replace", "swap", "double", "head", "main", "rename", "new", "drop", "break", "break", "letter", "move", "lines", "mend", "comment")
	switch name {
	case "add":
		pieces = slices.Insert(pieces, max(1, at), e.item())
	case "remove":
		if at > 0 && len(pieces) > 2 {
			pieces = slices.Delete(pieces, at, at+1)
		}
	case "replace":
		pieces[len(pieces)-1] = e.item()
	case "swap":
		if len(pieces) > 2 {
			pieces[1], pieces[len(pieces)-1] = pieces[len(pieces)-1], pieces[1]
		}
	case "double":
		pieces = append(pieces, pieces[at])
	case "head":
		pieces[0] = "version: 1\n" + e.defaults() + "scenarios:\n"
	case "comment":
		pieces[at] += e.pick("\n", "# said\n", "  # said\n", "      # said\n\n")
	case "move":
		other := e.part()
		e.files[other] += pieces[len(pieces)-1]
		if other == part || len(pieces) <= 2 {
			return
		}
		pieces = pieces[:len(pieces)-1]
	case "lines":
		pieces[0] = strings.ReplaceAll(strings.Join(pieces, ""), "\n", e.pick("\n", "\r\n"))
		pieces = pieces[:1]
	case "main":
		e.files["mockbank.yaml"] = e.main()
	case "rename":
		e.files[strings.TrimSuffix(part, ".yaml")+"x.yaml"] = e.files[part]
		delete(e.files, part)
		return
	case "new":
		e.files[fmt.Sprintf("parts/%d.yaml", e.random.IntN(20))] = e.file(2)
		return
	case "drop":
		if len(e.files) > 3 && part != "extra.yaml" {
			delete(e.files, part)
		}
		return
	case "break":
		pieces[at] += e.pick("  - {name: open, when: {password: \"never\n", "    wrong: 1\n", "  - \"\n  - x\"\n", "\" }\n", "more: [\n",
			"  - {name: quoted, description: \"\n  - a\nx-a: 1\", when: {password: zz}, authentication: AUTHENTICATED}\n",
			"  - {name: late, description: \"\nx-a: 2\", when: {password: zy}, authentication: AUTHENTICATED}\n", "steps: {tan: AUTHENTICATED}\n", "...\n", "---\n",
			"x-shared: &shared {status: AUTHENTICATED}\n", "  - {name: shares, when: {password: s}, authentication: *shared}\n", "\tx\n", "  - ? a\n")
	case "letter":
		text := strings.Join(pieces, "")
		i := e.random.IntN(len(text))
		e.files[part] = text[:i] + e.pick("", "x", "\"", "-", "\n", " ", ":", "{", "}", "#", "\r", "&", "\u2028") + text[i+e.random.IntN(min(3, len(text)-i)):]
		return
	case "mend":
		e.files = maps.Clone(e.good)
		return
	}
	e.files[part] = strings.Join(pieces, "")
}

func (e *edited) write() {
	e.t.Helper()
	known, _ := filepath.Glob(filepath.Join(e.folder, "*/*.yaml"))
	for _, name := range known {
		if within, _ := filepath.Rel(e.folder, name); e.files[filepath.ToSlash(within)] == "" {
			_ = os.Remove(name)
		}
	}
	for name, text := range e.files {
		if err := os.WriteFile(filepath.Join(e.folder, name), []byte(text), 0o600); err != nil {
			e.t.Fatal(err)
		}
	}
}

// check compares a load that reuses what was compiled with one that reads everything.
func (e *edited) check(cache *Cache, step int) (good bool) {
	e.t.Helper()
	path := filepath.Join(e.folder, "mockbank.yaml")
	want, wantReport := Load(e.t.Context(), path, Options{})
	got, gotReport := Load(e.t.Context(), path, Options{Cache: cache})
	differ := func(what string, got, want any) {
		if !reflect.DeepEqual(got, want) {
			for name, text := range e.files {
				e.t.Logf("%s:\n%s", name, text)
			}
			e.t.Fatalf("step %d: %s differ:\n%+v\nwant\n%+v", step, what, got, want)
		}
	}
	differ("diagnostics", gotReport.Diagnostics, wantReport.Diagnostics)
	differ("hashes", gotReport.Hash, wantReport.Hash)
	differ("files", gotReport.Files, wantReport.Files)
	differ("inputs", [2]any{gotReport.order, gotReport.folders}, [2]any{wantReport.order, wantReport.folders})
	differ("numbers", [3]int{gotReport.errors, gotReport.warnings, gotReport.Omitted}, [3]int{wantReport.errors, wantReport.warnings, wantReport.Omitted})
	if want == nil || got == nil {
		differ("outcomes", got == nil, want == nil)
		return false
	}
	for i, one := range want.Rules.Scenarios {
		differ("scenario "+one.Name, *got.Rules.Scenarios[i], *one)
	}
	differ("rules", got.Rules, want.Rules)
	written := 0 // those out of play included
	for _, file := range want.Files {
		written += file.Scenarios
	}
	if len(cache.spares) > written {
		e.t.Errorf("%d scenarios are kept of %d", len(cache.spares), written)
	}
	differ("servers", got.Server.Seed, want.Server.Seed)
	return true
}

// TestALoadWithACacheIsALoad: whatever is edited, a load that compiles only what changed gives what one gives that reads
// everything.
func TestALoadWithACacheIsALoad(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := &edited{t: t, random: rand.New(rand.NewPCG(seed, 1)), folder: t.TempDir(), files: make(map[string]string)}
			if err := os.Mkdir(filepath.Join(e.folder, "parts"), 0o700); err != nil {
				t.Fatal(err)
			}
			e.number = 1
			for i := range 3 {
				e.files[fmt.Sprintf("parts/%d.yaml", i)] = e.file(4)
			}
			e.files["extra.yaml"], e.files["mockbank.yaml"] = e.file(2), e.main()
			e.good = maps.Clone(e.files)
			cache, good, kept := NewCache(), 0, 0
			for step := range 60 {
				e.write()
				switch {
				case e.check(cache, step):
					good++
					e.good = maps.Clone(e.files)
					kept += len(cache.spares)
				case e.random.IntN(3) > 0:
					e.files = maps.Clone(e.good)
				}
				e.edit()
			}
			t.Logf("%d good, %d kept", good, kept)
		})
	}
}

// TestOnlyWhatChangedIsCompiled: scenarios whose text has not changed play on as they are, wherever they stand now.
func TestOnlyWhatChangedIsCompiled(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "mockbank.yaml")
	const top, base = "version: 1\nbanks: [{slug: MockBank}]\n", "  - {name: base, when: {password: base}, authentication: AUTHENTICATED}\n"
	one := "  - {name: one, like: base, when: {password: one}}\n"
	two := "  - name: two\n    when: {password: two}\n    authentication: AUTHENTICATED\n"
	three := "  - {name: three, when: {password: three}, authentication: AUTHENTICATED}\n"
	cache := NewCache()
	load := func(text string) map[string]*engine.Flow {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		config, _ := Load(t.Context(), path, Options{Cache: cache})
		if config == nil {
			return nil
		}
		flows := make(map[string]*engine.Flow)
		for _, scenario := range config.Rules.Scenarios {
			flows[scenario.Name] = scenario.Flow
			if line := strings.Split(text, "\n")[scenario.Source.Line-1]; !strings.Contains(line, "name: "+scenario.Name) {
				t.Errorf("%s is said to stand at %q", scenario.Name, line)
			}
		}
		return flows
	}
	first := load(top + "scenarios:\n" + base + one + two + three)
	if load(top+"scenarios:\n"+base+one+two+"  - [\n") != nil {
		t.Fatal("a broken file was loaded")
	}
	for name, c := range map[string]struct {
		text string
		same []string
	}{
		"moved":            {top + "# further down\n\nscenarios:\n" + three + base + two + one, []string{"one", "two", "three"}},
		"one is changed":   {top + "scenarios:\n" + base + one + strings.Replace(two, "AUTHENTICATED", "AUTHENTICATION_FAILED", 1) + three, []string{"one", "three"}},
		"the base changes": {top + "scenarios:\n" + strings.Replace(base, "base}", "other}", 1) + one + two + three, []string{"two", "three"}},
		"defaults":         {top + "defaults: {import: {takes: 2s}}\nscenarios:\n" + base + one + two + three, nil},
		"a bank":           {top + "switches: {down: It is}\nscenarios:\n" + base + one + two + three, nil},
		"the server":       {top + "server: {seed: 7}\nscenarios:\n" + base + one + two + three, []string{"one", "two", "three"}},
	} {
		flows := load(c.text)
		for _, flow := range []string{"one", "two", "three"} {
			if same := flows[flow] == first[flow]; same != slices.Contains(c.same, flow) {
				t.Errorf("%s: %s is kept: %t", name, flow, same)
			}
		}
		first = load(top + "scenarios:\n" + base + one + two + three)
	}
}

// TestALiveConfigurationKeepsNoTrees: what plays knows its files' texts, and not what was parsed of them.
func TestALiveConfigurationKeepsNoTrees(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.yaml")
	text := "version: 1\nserver: {seed: 1}\nbanks: [{slug: MockBank}]\nscenarios:\n  - {name: one, authentication: AUTHENTICATED}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cache := NewCache()
	for range 2 {
		config, report := Load(t.Context(), path, Options{Cache: cache})
		if config == nil {
			t.Fatal(report.Diagnostics)
		}
		if file := config.Server.file; file == nil || file.cut != nil || file.cache != nil || file.pause != nil {
			t.Errorf("kept: %+v", file)
		}
	}
	if len(cache.spares) != 1 {
		t.Errorf("%d scenarios are kept", len(cache.spares))
	}
}
