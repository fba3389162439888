package scenarios

import (
	"context"
	"crypto/sha256"
	"reflect"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
)

// Cache keeps what the latest good load compiled, so that the next one compiles only what has changed: scenarios by
// their text, with what else decides their meaning. What a load with a cache gives is what one without gives.
//
// It holds scenarios that had nothing to report, and no more than the configuration has. A load that finds a mistake,
// or that a scenario which was compiled before may have something to report now, starts anew and reads that one, or
// everything. A cache serves one load at a time, of one configuration with the same [Options], for one bank.
type Cache struct {
	spares map[sum]*spare
	// environment identifies what all scenarios share beside their text: banks, steps, imports and so on.
	environment sum
}

// spare is a scenario that need not be compiled again. But for its rule, which follows its line, it never changes.
type spare struct {
	key, defaults sum
	name          string
	// like is the scenario that it is like, "" for none, and liked identifies that one with all that decides it.
	like  string
	liked sum
	// rule is the compiled scenario, nil where it is out of play; below is how far its name stands below its first line.
	rule  *engine.Scenario
	below int
	nodes int
	// groups are the named groups of its `when`.
	groups []string
	effects
}

// effects are what a scenario tells the rest of the configuration: what it uses, counts, tells and asks for, by name.
type effects struct {
	steps, imports, switches, counters, events []string
	// asked are the counters that it asks for.
	asked []string
}

// NewCache returns a cache that holds nothing.
func NewCache() *Cache { return &Cache{} }

// maxRounds bounds how often a load starts anew before it reads everything.
const maxRounds = 4

// load loads with what is kept, and keeps what it gives.
func (k *Cache) load(ctx context.Context, name string, options Options) (*Config, *Report) {
	for round := 0; len(k.spares) > 0; round++ {
		if round == maxRounds {
			k.forget()
			break
		}
		l := newLoader(ctx, name, options)
		config, report := l.run()
		switch {
		case config != nil:
			k.keep(l)
			return config, report
		case ctx.Err() != nil:
			return nil, report
		case !l.again:
			// A mistake: what is told of it must not depend on what was kept.
			return k.afresh(ctx, name, options)
		}
	}
	l := newLoader(ctx, name, options)
	config, report := l.run()
	if config != nil {
		k.keep(l)
	}
	return config, report
}

// afresh reads everything, and keeps what it gives where that is good.
func (k *Cache) afresh(ctx context.Context, name string, options Options) (*Config, *Report) {
	before := *k
	k.forget()
	l := newLoader(ctx, name, options)
	config, report := l.run()
	if config == nil {
		*k = before // for the time when the mistake is mended
		return nil, report
	}
	k.keep(l)
	return config, report
}

// forget lets the next load read everything.
func (k *Cache) forget() { k.spares, k.environment = nil, sum{} }

// find notes which pieces of a file are compiled already, and reports whether any is.
func (k *Cache) find(c *cut) bool {
	found := false
	for i := range c.pieces {
		c.pieces[i].spare = k.spares[c.pieces[i].key]
		found = found || c.pieces[i].spare != nil
	}
	return found
}

// keep holds what a good load compiled, in place of what was held.
func (k *Cache) keep(l *loader) {
	kept := make(map[sum]*spare, len(k.spares)+16)
	l.eachOrigin(func(own *origin) bool {
		if spare := own.spare; spare != nil && !own.said && !own.liked && l.kept.countsAll(spare.asked) {
			kept[spare.key] = spare
		}
		return false
	})
	k.spares, k.environment = kept, l.environment
}

// startAnew ends a load that found that scenarios must be read which it took as compiled; all of them where none is named.
type startAnew struct{}

// readAgain starts the load anew, with these scenarios read, and those that they are like.
func (l *loader) readAgain(these ...*spare) {
	k := l.options.Cache
	if len(these) == 0 {
		k.forget()
	}
	for _, one := range these {
		delete(k.spares, one.key)
	}
	l.again = true
	panic(startAnew{})
}

// apart are the keys of a file that decide nothing about how scenarios are compiled that have not changed themselves.
var apart = map[string]bool{
	"scenarios": true, "defaults": true, "include": true, "version": true, "server": true, "default_bank": true,
	"webhooks": true, "faults": true, "apis": true, "allow": true,
}

// readEnvironment finds out whether what the scenarios share is what it was; else none is compiled already.
func (l *loader) readEnvironment() {
	if l.options.Cache == nil {
		return
	}
	t := treeSum{hash: sha256.New()}
	for _, unit := range l.units {
		name := unit.file.name
		for key, value := range pairs(follow(unit.document.node)) {
			if key.Kind == yaml.ScalarNode && apart[key.Value] {
				continue
			}
			t.text(name)
			t.text(key.Value)
			t.add(value)
		}
	}
	t.hash.Sum(l.environment[:0])
	if k := l.options.Cache; len(k.spares) > 0 && k.environment != l.environment {
		l.readAgain()
	}
}

// addSpared adds to a list the scenarios of pieces that are compiled already.
func addSpared(file *source, node *yaml.Node, pieces []piece, list reflect.Value) reflect.Value {
	made := list.Len()
	if made+len(pieces) > list.Cap() { // a `for` made more than one of its item
		list = reflect.AppendSlice(list, reflect.MakeSlice(list.Type(), len(pieces), len(pieces)))
	} else {
		list = list.Slice(0, made+len(pieces))
	}
	for i := range pieces {
		*list.Index(made + i).Addr().Interface().(*Scenario) = Scenario{
			Position: Position{file: file, node: node}, Name: pieces[i].spare.name,
			origin: origin{file: file, node: node, spare: pieces[i].spare, spared: true, line: pieces[i].line},
		}
	}
	return list
}

// spareOf begins what is kept of a scenario that was read from a piece, nil where it cannot be kept: where it shares
// anchors with the rest of its file, or is one of several.
func (d *decoder) spareOf(from *piece, scenario *Scenario) *spare {
	if from == nil || from.tied || d.choice != nil || scenario.Name == "" {
		return nil
	}
	scenario.origin.line = from.line
	return &spare{key: from.key, defaults: d.file.cut.defaults, nodes: from.nodes, name: scenario.Name}
}

// identify identifies a scenario with all that decides what those take over that are like it; false where that cannot
// be told, as of scenarios that are like each other in a circle.
func (s *likeness) identify(of *origin) (found sum, ok bool) {
	if of == nil || of.spare == nil {
		return sum{}, false
	}
	if of.identity != (sum{}) {
		return of.identity, true
	}
	if of.identifying {
		return sum{}, false
	}
	of.identifying = true
	defer func() { of.identifying = false }()
	t := treeSum{hash: sha256.New()}
	_, _ = t.hash.Write(of.spare.key[:]) // a hash never fails
	_, _ = t.hash.Write(of.spare.defaults[:])
	if name := of.likeName(); name != "" {
		inner, ok := s.identify(s.byName[name])
		if !ok {
			return sum{}, false
		}
		_, _ = t.hash.Write(inner[:])
	}
	t.hash.Sum(of.identity[:0])
	return of.identity, true
}

// likeName is the name of the scenario that this one is like, "" for none.
func (o *origin) likeName() string {
	if o.spared {
		return o.spare.like
	}
	return o.text("like")
}

// checkSpared starts anew where a scenario that is compiled already is like one that has changed, or another one is
// like it now.
func (l *loader) checkSpared(s *likeness, own *origin) {
	if own.spare.like == "" {
		return
	}
	target := s.byName[own.spare.like]
	identity, ok := s.identify(target)
	if !ok || identity != own.spare.liked {
		l.readAgain(own.spare)
	}
	target.liked = true
}

// keepLiked completes what is kept of a scenario that is like another one.
func (s *likeness) keepLiked(own *origin) {
	if own.spare == nil {
		return
	}
	var known bool
	own.spare.like = own.text("like")
	if own.spare.liked, known = s.identify(s.byName[own.spare.like]); !known {
		own.spare = nil
	}
}

// readLiked starts anew where some scenario is compiled already that others are like now.
func (l *loader) readLiked() {
	var these []*spare
	l.eachOrigin(func(own *origin) bool {
		if own.spared && own.liked {
			these = append(these, own.spare)
		}
		return false
	})
	if len(these) > 0 {
		l.readAgain(these...)
	}
}

// chain lists what is kept of a scenario, and of those that it is like.
func (s *likeness) chain(of *origin) []*spare {
	var all []*spare
	for of != nil && of.spared && !slices.Contains(all, of.spare) {
		all = append(all, of.spare)
		of = s.byName[of.spare.like]
	}
	return all
}
