package scenarios

import (
	"fmt"
	"reflect"
	"regexp"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// compiler turns the documents of a configuration into rules.
type compiler struct {
	report *Report
	loader *loader
	pause  func()
	// lookupEnv and folder are where secrets from outside are found, and secrets takes those that a reload looks at.
	lookupEnv func(name string) (string, bool)
	folder    string
	secrets   func(text string)
	// incomplete says that a file or a slug is missing, so that unknown names mean nothing.
	incomplete bool

	server        *Server
	defaultBank   string
	banks         []engine.Institution
	bankPositions map[string]Position
	imports       map[string]*Import
	usedImports   map[string]bool
	// steps are those that all scenarios share, and usedSteps those that some scenario goes to.
	steps         map[string]*Step
	usedSteps     map[string]bool
	stepPositions map[string]span
	failures      failures
	cases         []*compiled
	// tells takes what the scenario at hand tells the rest of the configuration; nil where that is not kept.
	tells *effects
	// asking are the scenarios that ask for counters and that an earlier load compiled.
	asking   []*spare
	faults   []fault
	switches map[string]*declaredSwitch
	kept     kept
	// webhookNames are those of the bank's webhooks and of apis'.
	webhookNames map[string]Position
}

// compiled is a scenario with what the linter needs to know of it.
type compiled struct {
	written *Scenario
	rule    *engine.Scenario
	flow    *flowCompiler
	// groups are the named groups of its `when`.
	groups []string
}

// compile merges the loader's units and compiles them. It returns nil where there are errors.
func compile(l *loader) *Config {
	c := &compiler{
		lookupEnv: l.options.LookupEnv, folder: l.home.folder,
		secrets: func(text string) { _, _ = l.hash.Write([]byte(text)) }, // a hash never fails
		report:  l.report, loader: l, pause: l.throttle, incomplete: l.incomplete,
		bankPositions: make(map[string]Position), webhookNames: make(map[string]Position), imports: make(map[string]*Import),
		usedImports: make(map[string]bool),
		steps:       make(map[string]*Step), usedSteps: make(map[string]bool), stepPositions: make(map[string]span),
		failures: failures{builtIn: builtInErrors(), declared: make(map[string]*Failure)},
	}
	c.declare(l)
	c.declareSwitches(l)
	names := make(map[string]Position)
	for _, unit := range l.units {
		for i := range unit.document.Scenarios {
			c.throttle()
			c.scenario(&unit.document.Scenarios[i], names)
		}
	}
	c.checkScenarios(l)
	c.declareFaults(l)
	c.checkImports()
	c.checkSteps()
	for _, unit := range l.units {
		for _, over := range unit.document.repeats {
			over.report(c.report)
		}
	}
	apis, reported := c.declareAPIs(l)
	webhooks := c.webhooks(l, reported)
	if c.report.HasErrors() {
		return nil
	}
	rules, err := c.rules(webhooks, apis)
	if err != nil {
		c.report.add(span{file: l.units[len(l.units)-1].file}, CodeConflict, "", "the scenarios cannot be compiled: %v", err)
		return nil
	}
	c.lint(l.units)
	l.kept = c.kept
	return &Config{Server: *c.server, Rules: rules}
}

// checkScenarios refuses a configuration that plays nothing: half a file must not go live.
func (c *compiler) checkScenarios(l *loader) {
	written, apis := 0, false
	for _, unit := range l.units {
		switch list := unit.document.child("scenarios"); {
		case list == nil || isEmpty(list):
		case list.Kind == yaml.SequenceNode:
			written += len(list.Content)
		default:
			written++ // reported by the decoder
		}
		apis = apis || unit.document.has("apis")
	}
	if len(c.cases) > 0 || c.incomplete || apis || written > 0 && c.report.HasErrors() {
		return
	}
	message, hint := "the configuration has no scenario",
		"list at least one under `scenarios`, or include some; `mockbank init` writes a file that has them"
	if written > 0 {
		message, hint = "every scenario is switched off", "take `enabled: false` out of one"
	}
	c.report.add(l.units[len(l.units)-1].document.key("scenarios"), CodeNoScenarios, hint,
		"%s: every login would be refused", message)
}

// throttle is a moment at which the compilation may pause.
func (c *compiler) throttle() {
	if c.pause != nil {
		c.pause()
	}
}

func (c *compiler) rules(webhooks []engine.Webhook, apis *surface.Set) (*engine.RuleSet, error) {
	playable := make([]*engine.Scenario, 0, len(c.cases))
	for _, one := range c.cases {
		playable = append(playable, one.rule)
	}
	none := c.failures.complete(nil, c.failures.builtIn.Standard.NoScenario)
	config := engine.RuleSetConfig{
		DefaultBank: c.defaultBank, Banks: c.banks, Scenarios: playable, Seed: uint64(c.server.Seed),
		NoScenario: none.Failure, Switches: c.switchRules(), Webhooks: webhooks, Faults: c.faultRules(),
		Throttle: c.pause,
	}
	if apis != nil {
		config.Surfaces = apis
	}
	return engine.NewRuleSet(config)
}

// declare gathers what scenarios refer to: banks, imports, errors, and the server's settings.
func (c *compiler) declare(l *loader) {
	var serverIn, defaultIn string
	var defaultAt span
	for _, unit := range l.units {
		document := unit.document
		if document.Version != nil && *document.Version != 1 {
			c.report.add(document.value("version"), CodeBadVersion, "write `version: 1`",
				"this mockbank reads version 1 of the language, not %d", *document.Version)
		}
		if document.Server != nil && c.mainOnly(l, unit, "server", &serverIn) {
			c.server = document.Server
		}
		if document.DefaultBank != "" && c.mainOnly(l, unit, "default_bank", &defaultIn) {
			c.defaultBank, defaultAt = document.DefaultBank, document.value("default_bank")
		}
		c.declareBanks(document)
		declareNamed(c, document.Position, "imports", "import", document.Imports, c.imports)
		declareNamed(c, document.Position, "steps", "step", document.Steps, c.steps)
		under := Position{file: document.file, node: document.child("steps")}
		for name := range document.Steps {
			c.stepPositions[name] = under.key(name)
		}
		declareNamed(c, document.Position, "errors", "error", document.Errors, c.failures.declared)
		c.checkDeclaredCodes(document)
	}
	c.checkDefaultBank(l, defaultAt)
	if c.server == nil {
		c.server = &Server{}
	}
	fillDefaults(reflect.ValueOf(c.server).Elem())
	c.checkServer(c.server)
}

// mainOnly reports a key that only the main file may have. Where a folder has no main file, any one
// file may have it.
func (c *compiler) mainOnly(l *loader, in *unit, key string, holder *string) bool {
	main := l.mainFile
	if main == "" && *holder == "" {
		*holder = in.file.name
	}
	if main == "" {
		main = *holder
	}
	if in.file.name == main {
		return true
	}
	c.report.add(in.document.key(key), CodeMainFileOnly, "move it to "+main, "%q belongs to the main file", key)
	return false
}

// slugs appear in URLs and headers.
var slugForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func (c *compiler) declareBanks(document *Document) {
	for i := range document.Banks {
		bank := &document.Banks[i]
		if bank.Slug == "" {
			c.incomplete = true // reported by the decoder; which bank was meant, nobody knows
			continue
		}
		if !slugForm.MatchString(bank.Slug) {
			c.report.add(bank.value("slug"), CodeBadName, "use letters, digits, dots, dashes and underscores", "%q is no slug", bank.Slug)
		}
		if before, twice := c.bankPositions[bank.Slug]; twice {
			if !bank.choice.sameName(c.report, bank.value("slug"), before.value("slug"), "bank", bank.Slug) {
				c.duplicate(bank.value("slug"), "bank", bank.Slug, before.value("slug"))
			}
			continue
		}
		c.bankPositions[bank.Slug] = bank.Position
		name := bank.Name
		if name == "" && (!bank.has("name") || bank.null("name")) {
			name = bank.Slug
		}
		c.banks = append(c.banks, engine.Institution{
			Slug: bank.Slug, Name: name, IsMockBank: bank.IsMockBank, MultibankingAPIProvider: bank.MultibankingAPIProvider,
			Countries: bank.Countries,
			Usernames: bank.Usernames.rule(),
		})
	}
}

// declareNamed adds a document's entries to those of the files before.
func declareNamed[T any](c *compiler, in Position, key, what string, from, to map[string]*T) {
	under := Position{file: in.file, node: in.child(key)}
	for name, one := range from {
		if before, twice := to[name]; twice {
			c.duplicate(under.key(name), what, name, positionOf(before).at())
			continue
		}
		to[name] = one
	}
}

func positionOf(one any) Position {
	return reflect.ValueOf(one).Elem().FieldByName(positionType.Name()).Interface().(Position)
}

func (c *compiler) duplicate(at span, what, name string, before span) {
	c.report.add(at, CodeDuplicateName, "give one of them another name, or take it out",
		"the %s %q is declared before, at %s:%d", what, name, before.file.name, before.line)
}

func (c *compiler) checkDefaultBank(l *loader, at span) {
	if c.incomplete {
		return
	}
	main := l.units[len(l.units)-1].document
	switch {
	case len(c.banks) == 0:
		c.report.add(main.at(), CodeMissingKey, "add `banks: [{slug: MockBank, is_mock_bank: true}]`", "no bank is declared")
	case c.defaultBank == "" && len(c.banks) == 1:
		c.defaultBank = c.banks[0].Slug
	case c.defaultBank == "":
		c.report.add(main.at(), CodeMissingKey, fmt.Sprintf("add `default_bank: %s`", c.banks[0].Slug),
			"there are several banks, and no %q says which one a login without a bank goes to", "default_bank")
	default:
		c.checkBank(at, c.defaultBank)
	}
}

// checkBank reports a slug that no bank has.
func (c *compiler) checkBank(at span, slug string) {
	if _, known := c.bankPositions[slug]; known || c.incomplete {
		return
	}
	c.report.add(at, CodeUnknownBank, didYouMean(slug, c.slugs()), "no bank has the slug %q", slug)
}

func (c *compiler) slugs() []string {
	slugs := make([]string, len(c.banks))
	for i, bank := range c.banks {
		slugs[i] = bank.Slug
	}
	return slugs
}
