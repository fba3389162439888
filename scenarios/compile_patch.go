package scenarios

import (
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// patch compiles what changes members of an answer; nil is nothing.
func (r responses) patch(written *Response) *engine.Patch {
	for _, key := range []string{"set", "remove"} {
		if written.has("body") && written.has(key) {
			r.report.add(written.key(key), CodeConflict, "write what is to be sent into `body` alone",
				"the `body` replaces the whole answer, %q changes the one that there would be", key)
			return nil
		}
	}
	r.members(written.Set)
	return patchOf(r.report, written.Position, written.Set, written.Remove)
}

// members checks the placeholders of members.
func (r responses) members(written *Members) {
	if written == nil {
		return
	}
	r.said(Position{file: written.file, node: written.node}, "", engine.Text(written.JSON))
}

// said checks the placeholders of a text of the answer itself, which knows what the answer tells of.
func (r responses) said(in Position, key string, text engine.Text) engine.Text {
	var seen []string
	for _, name := range names(text) {
		before := r.report.errors
		if !slices.Contains(seen, name) && !slices.Contains(engine.ValueNames(), name) && !slices.Contains(r.groups, name) {
			r.text(in, key, engine.Text("${"+name+"}"))
		}
		if near := nearest(name, engine.ValueNames()); near != "" && r.report.errors > before {
			r.report.Diagnostics[len(r.report.Diagnostics)-1].Hint = "did you mean ${" + near + "}?"
		}
		seen = append(seen, name)
	}
	return text
}

// patchOf compiles `set` and `remove`.
func patchOf(report *Report, in Position, set *Members, remove Words) *engine.Patch {
	if set == nil && len(remove) == 0 {
		return nil
	}
	patch := &engine.Patch{Remove: remove}
	if set != nil {
		patch.Set = []byte(set.JSON)
	}
	for i, path := range remove {
		if path != "" && !slices.Contains(strings.Split(path, "."), "") {
			continue
		}
		at := in.value("remove")
		if items := in.items("remove"); i < len(items) {
			at = items[i]
		}
		report.add(at, CodeBadName, "write the member's name, and a dot between it and one inside, such as challenge.attempts_left",
			"%q names no member", path)
	}
	return patch
}
