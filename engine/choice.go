package engine

import "slices"

// offers reports whether the user can give the input in this step, by a transition that wants a value. Every
// input can be given but the choice of a procedure that the step's challenge does not list: then no `any` and no
// pattern takes it. Where nothing is listed, a transition that names an id offers it.
func (s *Step) offers(in Input, wanted *Matcher) bool {
	if in.Kind != EventTwoStepProcedure {
		return true
	}
	if s.Challenge == nil || s.Challenge.Procedures == nil {
		named, finite := wanted.Literals()
		return finite && slices.Contains(named, in.Value)
	}
	return slices.ContainsFunc(s.Challenge.Procedures, func(p Procedure) bool { return p.ID == in.Value })
}
