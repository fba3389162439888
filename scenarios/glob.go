package scenarios

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// wildcards are the characters that make an include a glob.
const wildcards = `*?[`

// anyFolders is the part of a glob that stands for any number of folders, none among them.
const anyFolders = "**"

// glob looks for the files that a pattern means. Folders that cannot be read are reported: else a
// passing failure would look like a configuration with fewer files.
type glob struct {
	l    *loader
	r    *root
	at   span
	seen map[string]bool
	// within are the folders from the first one down to the one that is looked into.
	within []fs.FileInfo
	// entries are those of the folders that were looked into.
	entries map[string][]fs.DirEntry
	found   []string
	failed  bool
}

// newGlob returns a search that begins in a folder.
func newGlob(l *loader, r *root, folder string, at span) *glob {
	g := &glob{l: l, r: r, at: at, seen: make(map[string]bool), entries: make(map[string][]fs.DirEntry)}
	if info, err := fs.Stat(r.files, folder); err == nil {
		g.within = append(g.within, info)
	}
	return g
}

// badGlob says what is wrong with a pattern and what to write; the zero one is none.
type badGlob struct{ message, hint string }

// checkGlob looks at the parts of a pattern.
func checkGlob(parts []string) badGlob {
	wild := false
	for _, part := range parts {
		switch _, err := path.Match(plainGlob(part), ""); {
		case err != nil:
			return badGlob{"is no glob", "a glob knows *, ?, [a-z] and ** for any number of folders"}
		case part == ".." && wild:
			return badGlob{"goes back up behind a wildcard", "name the folder itself"}
		case strings.Contains(part, anyFolders) && part != anyFolders:
			return badGlob{"has a ** that is not alone between slashes", "write **/" + strings.ReplaceAll(part, anyFolders, "*") +
				" for any number of folders, or a single * for any characters"}
		}
		wild = wild || strings.ContainsAny(part, wildcards)
	}
	return badGlob{}
}

// plainGlob writes a part of a pattern as package path understands it: [!a] is [^a], and a backslash is
// a character as any other.
func plainGlob(part string) string {
	return strings.ReplaceAll(strings.ReplaceAll(part, `\`, `\\`), "[!", "[^")
}

// splitGlob divides a pattern into the folder that lies before the first wildcard and the parts behind it.
func splitGlob(pattern string) (string, []string) {
	parts := slices.DeleteFunc(strings.Split(pattern, "/"), func(part string) bool { return part == "" || part == "." })
	first := slices.IndexFunc(parts, func(part string) bool { return strings.ContainsAny(part, wildcards) })
	return path.Join(parts[:first]...), parts[first:]
}

// poll finds what the parts mean beneath a folder.
func (g *glob) poll(folder string, parts []string) {
	if g.failed {
		return
	}
	if !strings.ContainsAny(parts[0], wildcards) {
		g.literal(folder, parts)
		return
	}
	if parts[0] == anyFolders && len(parts) == 1 {
		parts = append(parts, "*")
	}
	entries, ok := g.list(folder)
	if !ok {
		return
	}
	if parts[0] == anyFolders {
		g.poll(folder, parts[1:])
		g.descend(folder, entries, "*", parts)
		return
	}
	if len(parts) > 1 {
		g.descend(folder, entries, parts[0], parts[1:])
		return
	}
	for _, name := range g.l.choose(g.r, folder, entries, parts[0], g.at) {
		g.take(name)
	}
}

// list returns a folder's entries, none where it is not there; false where the search has failed.
func (g *glob) list(folder string) ([]fs.DirEntry, bool) {
	if entries, known := g.entries[folder]; known {
		return entries, true
	}
	g.l.watch(g.r, existingFolder(g.r, folder))
	entries, err := fs.ReadDir(g.r.files, folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, true
	case err != nil:
		g.fail(folder, err)
		return nil, false
	case len(g.entries) == g.l.options.bounds().folders:
		g.l.report.add(g.at, CodeTooMuch, "name the folders themselves", "the glob looks into more than %d folders", len(g.entries))
		g.failed = true
		return nil, false
	}
	g.entries[folder] = entries
	return entries, g.l.ctx.Err() == nil
}

func (g *glob) fail(name string, err error) {
	g.l.unreadable(&source{name: g.r.display(name)}, g.at, err)
	g.l.incomplete = true
	g.failed = true
}

func (g *glob) take(name string) {
	if !g.seen[name] {
		g.seen[name] = true
		g.found = append(g.found, name)
	}
}

// literal goes on behind a part that is a name.
func (g *glob) literal(folder string, parts []string) {
	name := path.Join(folder, parts[0])
	info, err := fs.Stat(g.r.files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		g.l.watch(g.r, existingFolder(g.r, folder))
	case err != nil:
		g.fail(name, err)
	case len(parts) > 1 && info.IsDir():
		g.poll(name, parts[1:])
	case len(parts) == 1:
		g.l.watch(g.r, folder)
		for _, one := range g.l.choose(g.r, folder, []fs.DirEntry{fs.FileInfoToDirEntry(info)}, parts[0], g.at) {
			g.take(one)
		}
	}
}

// descend looks into the folders whose names fit. Hidden ones are meant only by a part that begins with
// a dot. A folder that lies in itself, by a link, has been looked into.
func (g *glob) descend(folder string, entries []fs.DirEntry, part string, behind []string) {
	for _, entry := range entries {
		if !fits(part, entry.Name()) || !entry.IsDir() && entry.Type()&fs.ModeSymlink == 0 {
			continue
		}
		name := path.Join(folder, entry.Name())
		info, err := fs.Stat(g.r.files, name)
		if err != nil || !info.IsDir() || slices.ContainsFunc(g.within, func(above fs.FileInfo) bool { return os.SameFile(above, info) }) {
			continue
		}
		g.within = append(g.within, info)
		g.poll(name, behind)
		g.within = g.within[:len(g.within)-1]
	}
}

// fits reports whether a name fits a part of a glob.
func fits(part, name string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(part, ".") {
		return false
	}
	ok, err := path.Match(plainGlob(part), name)
	return ok && err == nil
}
