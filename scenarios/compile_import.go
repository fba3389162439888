package scenarios

import (
	"fmt"
	"reflect"

	"github.com/mockbank/mockbank/engine"
)

// never is the outcome of an import that does not end.
const never = "never"

// timeline compiles an import; nil is one where every key has its default.
func (f *flowCompiler) timeline(written *Import) engine.Timeline {
	if written == nil {
		written = &Import{Position: f.scenario.Position}
	}
	if written.Name != "" {
		declared := f.importNamed(written)
		if declared == nil {
			return engine.Timeline{}
		}
		written = declared
	}
	if written.Points != nil {
		return engine.Timeline{Points: f.points(written)}
	}
	return f.line(*written)
}

// importNamed returns the import that a name stands for.
func (f *flowCompiler) importNamed(written *Import) *Import {
	declared := f.imports[written.Name]
	if declared == nil {
		if !f.incomplete {
			f.report.add(written.at(), CodeUnknownImport, importHint(written.Name, f.imports), "no import is called %q", written.Name)
		}
		return nil
	}
	f.useImport(written.Name)
	if declared.Name != "" {
		f.report.add(declared.at(), CodeWrongType, "write the import itself", "an import under `imports` cannot be the name of another one")
		return nil
	}
	return declared
}

func importHint(name string, imports map[string]*Import) string {
	if name == string(engine.Success) || name == string(engine.FailedWithError) || name == never {
		return fmt.Sprintf("did you mean {outcome: %s}?", name)
	}
	known := make([]string, 0, len(imports))
	for one := range imports {
		known = append(known, one)
	}
	if len(known) == 0 {
		return "declare it under `imports`, or write {takes: 3s}"
	}
	return didYouMean(name, known)
}

// blank reports whether the message is written as "".
func blank(in Position, message Wording) bool {
	return in.has("message") && !in.null("message") && message.Text == "" && message.Languages == nil
}

// line compiles a straight line.
func (f *flowCompiler) line(written Import) engine.Timeline {
	fillDefaults(reflect.ValueOf(&written).Elem())
	line := engine.Timeline{
		Takes:   f.duration(written.Position, "takes", written.Takes),
		Message: f.say(written.Position, "message", written.Message, ""), Blank: blank(written.Position, written.Message),
	}
	end := importEnd{position: written.Position, failure: written.Error, warnings: written.Warnings, outcome: "outcome"}
	line.Outcome, line.Error, line.Warnings = f.end(end, written.Outcome)
	switch {
	case written.StopsAt != nil:
		line.StopsAt = f.percent(written.Position, "stops_at", written.StopsAt)
		line.Incomplete = f.checkSuccess(line.Outcome, line.StopsAt, end, "stops_at")
	case line.Outcome == engine.Success:
		line.StopsAt.Number = 100
	}
	return line
}

// checkSuccess warns of an import that succeeds before it is complete, and reports whether it may be one.
func (f *flowCompiler) checkSuccess(outcome engine.ImportStatus, at engine.Percent, end importEnd, key string) (incomplete bool) {
	if outcome != engine.Success || at.Text == "" && at.Number == 100 {
		return false
	}
	if at.Text == "" {
		hint := fmt.Sprintf("write `%s: FAILED_WITH_ERROR` (or `never`) where it stops there, take the %s out, or %s", end.outcome, key,
			allowHint(CodeSuccessNot100))
		f.report.add(end.position.value(key), CodeSuccessNot100, hint, "an import that ends in SUCCESS has %s 100, not %d", key, at.Number)
	}
	return true
}

// importEnd is what is written about the end of an import.
type importEnd struct {
	position Position
	failure  *Failure
	warnings []Failure
	// outcome is the key that says how it ends.
	outcome string
}

// end compiles the end of an import, and reports an error or warnings that do not fit to it.
func (f *flowCompiler) end(end importEnd, outcome string) (engine.ImportStatus, *engine.Failure, []engine.Failure) {
	status := engine.ImportStatus(outcome)
	if outcome == never {
		status = ""
		f.report.add(end.position.value(end.outcome), CodeImportForever, "give it an outcome where somebody waits for its end",
			"the import never ends")
	}
	var failure *engine.Failure
	if status == engine.FailedWithError {
		failure = f.failure(end.failure, f.compiler.failures.builtIn.Standard.ImportFailed, end.position)
	} else if end.failure != nil && !end.position.doubtful(doubtKey|doubtValue) && !end.failure.None {
		f.report.add(end.position.key("error"), CodeErrorUnfit, fmt.Sprintf("add `%s: FAILED_WITH_ERROR`, or take it out", end.outcome),
			"only an import that is FAILED_WITH_ERROR has an error")
	}
	var warnings []engine.Failure
	for i := range end.warnings {
		if end.warnings[i].None {
			f.report.add(end.warnings[i].at(), CodeErrorUnfit, "take it out, or write its code",
				"a warning says what went wrong: it is not null")
			continue
		}
		warnings = append(warnings, *f.failure(&end.warnings[i], f.compiler.failures.builtIn.Standard.ImportFailed, end.position))
	}
	if len(warnings) > 0 && status == engine.FailedWithError {
		f.report.add(end.position.key("warnings"), CodeErrorUnfit, "write an `error` instead",
			"an import that is FAILED_WITH_ERROR has an error, not warnings")
	}
	return status, failure, warnings
}

func (f *flowCompiler) percent(in Position, key string, percent *engine.Percent) engine.Percent {
	f.text(in, key, percent.Text)
	return *percent
}

// points compiles a timeline and checks that it ends.
func (f *flowCompiler) points(written *Import) []engine.Point {
	points := make([]engine.Point, 0, len(written.Points))
	progress := 0
	for i := range written.Points {
		point := f.point(&written.Points[i])
		progress = f.checkProgress(&written.Points[i], point, progress)
		points = append(points, point)
	}
	if len(points) > 0 {
		f.checkEnd(written)
	}
	return points
}

func (f *flowCompiler) point(written *Point) engine.Point {
	point := engine.Point{
		Message: f.say(written.Position, "message", written.Message, ""), KeepMessage: !written.has("message"),
		Blank: blank(written.Position, written.Message), KeepProgress: written.Progress == nil,
	}
	if written.After != nil {
		point.After = f.duration(written.Position, "after", written.After)
	}
	point.Await, point.Respond = f.await(written), f.responses().response(written.Respond)
	point.Event = f.ownEvent(written.Position, written.Event, written.Data)
	if written.Progress != nil {
		point.Progress = f.percent(written.Position, "progress", written.Progress)
	}
	end := importEnd{position: written.Position, failure: written.Error, warnings: written.Warnings, outcome: "status"}
	point.Status, point.Error, point.Warnings = f.end(end, written.Status)
	if point.Status == engine.Success {
		if point.KeepProgress {
			point.KeepProgress, point.Progress.Number = false, 100
		}
		point.Incomplete = f.checkSuccess(point.Status, point.Progress, end, "progress")
	}
	return point
}

// checkProgress warns of a progress that falls, but where the import begins anew.
func (f *flowCompiler) checkProgress(written *Point, point engine.Point, before int) int {
	if point.KeepProgress || point.Progress.Text != "" {
		return before
	}
	if point.Progress.Number < before && point.Status != engine.InProgress {
		f.report.add(written.value("progress"), CodeProgressFalls, "progress stays or rises from point to point; where it is to fall, "+
			allowHint(CodeProgressFalls),
			"the progress falls from %d to %d", before, point.Progress.Number)
	}
	return point.Progress.Number
}

func allowHint(code Code) string {
	return "write `allow: [" + string(code) + "]` at the scenario or the file"
}

// checkEnd reports a timeline whose last word is that it goes on, and points that stand where nothing can follow.
func (f *flowCompiler) checkEnd(written *Import) {
	ended, last := false, len(written.Points)-1
	for i := range written.Points {
		point := &written.Points[i]
		switch {
		case ended && point.Await != "":
			f.report.add(point.key("await"), CodePointsAfterEnd, "begin anew at a point before it, with `status: IN_PROGRESS`",
				"the import has ended before it could await its user here")
		case point.Status == never && i < last:
			f.report.add(written.Points[i+1].at(), CodePointsAfterEnd, "take the `status: never` out, or move it to the last point",
				"the import stands still for ever before this point")
		}
		if point.Status != "" {
			ended = point.Status != string(engine.InProgress)
		}
	}
	point := &written.Points[last]
	switch {
	case ended || point.doubtful(doubtKey):
	case point.Status == "":
		f.report.add(point.at(), CodeImportNoEnd, "add `status: SUCCESS`, `status: FAILED_WITH_ERROR` or `status: never`",
			"the last point of the import has no status")
	default:
		f.report.add(point.value("status"), CodeImportNoEnd, "add `status: SUCCESS`, `status: FAILED_WITH_ERROR` or `status: never`",
			"the import has no end, since it begins anew at its last status")
	}
}

// updates compiles the cases of an update. One that says no more than `while_running` is the import again.
func (f *flowCompiler) updates(written Update) []engine.UpdateCase {
	var cases []engine.UpdateCase
	for i := range written {
		one := &written[i]
		if len(written) == 1 && one.has("while_running") && len(one.node.Content) == 2 {
			break
		}
		compiled := engine.UpdateCase{Import: f.timeline(f.caseImport(one))}
		if one.OlderThan != nil {
			compiled.OlderThan = f.duration(one.Position, "older_than", one.OlderThan)
		}
		if one.When != nil {
			when := f.condition(one.When, updatePosition.within(f))
			compiled.When = &when
		}
		compiled.Respond = f.responses().response(one.Respond)
		cases = append(cases, compiled)
	}
	return cases
}

// whileRunning returns what becomes of an update while an import runs; it is said once for all cases.
func (f *flowCompiler) whileRunning(written Update) engine.WhileRunning {
	for i := range written {
		if one := &written[i]; one.WhileRunning != "" && len(written) > 1 && one.has("while_running") {
			f.report.add(one.key("while_running"), CodeConflict, "write it once for all: `update: {while_running: restart, cases: [...]}`",
				"a case of several cannot say what becomes of an update while an import runs")
		}
	}
	if len(written) == 0 || written[0].WhileRunning == "" || written[0].WhileRunning == string(engine.RefuseUpdate) {
		return "" // so that its flow is what it was
	}
	return engine.WhileRunning(written[0].WhileRunning)
}

// reusable reports whether the scenario's authentications may be connected more than once. Whom an import then
// waits for could not be told.
func (f *flowCompiler) reusable(flow *engine.Flow) bool {
	if f.scenario.Reusable && flow.Awaits() {
		f.report.add(f.scenario.key("reusable"), CodeConflict, "take `reusable` or the `await` out",
			"an import that awaits its user cannot belong to an authentication that is reusable")
	}
	return f.scenario.Reusable
}

// caseImport returns the import of a case, which has one by name or as points, or is a straight line
// itself.
func (f *flowCompiler) caseImport(one *UpdateCase) *Import {
	if one.Import == nil {
		return &Import{
			Position: one.Position, Takes: one.Takes, Outcome: one.Outcome, StopsAt: one.StopsAt,
			Message: one.Message, Error: one.Error, Warnings: one.Warnings,
		}
	}
	for _, key := range planOf(reflect.TypeFor[Import]()).names {
		if key != "when" && key != "respond" && one.has(key) && one.node != one.Import.node {
			f.report.add(one.key(key), CodeConflict, "write it within the import", "a case with an import of its own cannot have %q", key)
		}
	}
	return one.Import
}

// checkImports compiles the named imports that no scenario uses, so that their mistakes are told.
func (c *compiler) checkImports() {
	for name, declared := range c.imports {
		if c.usedImports[name] {
			continue
		}
		f := &flowCompiler{compiler: c, scenario: &Scenario{Position: declared.Position, Name: name}, named: make(map[string]int),
			unbound: true}
		if declared.Name == "" && !c.incomplete {
			c.report.add(declared.at(), CodeUnusedImport, fmt.Sprintf("use it with `import: %s`, or take it out", name),
				"no scenario uses the import %q", name)
			f.timeline(declared)
		}
	}
}
