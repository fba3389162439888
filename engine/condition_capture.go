package engine

// expanded returns the condition with the captures in its matchers' texts.
func (w *Condition) expanded(captures Captures) *Condition {
	full := *w
	for _, matcher := range full.matchers() {
		*matcher = matcher.Expand(captures)
	}
	full.Headers, full.Fields = expandNamed(w.Headers, captures), expandNamed(w.Fields, captures)
	full.AnyOf = nil
	for i := range w.AnyOf {
		full.AnyOf = append(full.AnyOf, *w.AnyOf[i].expanded(captures))
	}
	if w.Not != nil {
		full.Not = w.Not.expanded(captures)
	}
	return &full
}

func expandNamed(named map[string]Matcher, captures Captures) map[string]Matcher {
	if named == nil {
		return nil
	}
	full := make(map[string]Matcher, len(named))
	for name, matcher := range named {
		full[name] = matcher.Expand(captures)
	}
	return full
}
