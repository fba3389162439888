package engine

import "fmt"

// foreseen reads facts as a login would find them, without raising any.
type foreseen struct {
	userHistory
	assumed AssumedFacts
}

func (f *foreseen) explain(facts *Facts, trigger string) ([]ExplainedCondition, error) {
	var all []ExplainedCondition
	check := func(key string, want Range, assumed *int, read func() (int, error)) error {
		if assumed != nil {
			all = append(all, explainedFact(key, want, *assumed))
			return nil
		}
		n, err := read()
		if err == nil {
			all = append(all, explainedFact(key, want, n))
		}
		return err
	}
	for _, fact := range []struct {
		key     string
		want    *Range
		assumed *int
		read    func(trigger string) (int, error)
	}{
		{"attempt", facts.Attempt, f.assumed.Attempt, f.nextAttempt},
		{"connections", facts.Connections, f.assumed.Connections, f.connections},
		{"open_processes", facts.OpenProcesses, f.assumed.OpenProcesses, f.openProcesses},
	} {
		if fact.want == nil {
			continue
		}
		if err := check(fact.key, *fact.want, fact.assumed, func() (int, error) { return fact.read(trigger) }); err != nil {
			return nil, err
		}
	}
	for _, name := range sortedNames(facts.Counters) {
		var assumed *int
		if n, ok := f.assumed.Counters[name]; ok {
			assumed = &n
		}
		read := func() (int, error) { return f.tx.Counter(f.key(CountNamed, name)) }
		if err := check("counters."+name, facts.Counters[name], assumed, read); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// nextAttempt is the attempt that the login would be.
func (f *foreseen) nextAttempt(trigger string) (int, error) {
	n, err := f.tx.Counter(f.key(CountAttempts, trigger))
	return n + 1, err
}

func explainedFact(key string, want Range, n int) ExplainedCondition {
	return ExplainedCondition{Key: key, Holds: want.Contains(n), Wanted: want.String(), Had: fmt.Sprint(n)}
}
