package scenarios

import (
	"bytes"
	"encoding/json"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// namedSchema is the comment by which editors find a file's schema, in one of its first lines.
var namedSchema = regexp.MustCompile(`(?m)^#\s*yaml-language-server:\s*\$schema=(\S+)\s*$`)

// schemaHead is how far into a file the comment is looked for, in bytes.
const schemaHead = 4000

// checkSchema warns of a schema that a file names and that is a copy of another version's: an editor would flag what is
// right, and miss what is wrong.
func checkSchema(r *root, name string, file *source, report *Report) {
	found := namedSchema.FindStringSubmatchIndex(file.text[:min(len(file.text), schemaHead)])
	if found == nil || r.packs {
		return
	}
	named := file.text[found[2]:found[3]]
	if strings.Contains(named, "://") || filepath.IsAbs(named) {
		return
	}
	text, err := r.read(path.Join(path.Dir(name), filepath.ToSlash(named)))
	if err != nil {
		return // an editor says so itself
	}
	if text == string(Schema()) || text == string(TestSchema()) { // as nearly always
		return
	}
	var copied struct {
		Title string `json:"title"`
	}
	if json.Unmarshal([]byte(text), &copied) != nil {
		return
	}
	current, command := map[string][]byte{"mockbank configuration": Schema(), "mockbank tests": TestSchema()}[copied.Title],
		"mockbank schema"
	if copied.Title == "mockbank tests" {
		command += " --tests"
	}
	if current == nil || bytes.Equal(bytes.ReplaceAll([]byte(text), []byte("\r\n"), []byte("\n")), current) {
		return
	}
	line := 1 + strings.Count(file.text[:found[2]], "\n")
	column := found[2] - strings.LastIndexByte(file.text[:found[2]], '\n')
	report.add(span{file: file, line: line, column: column, end: column + len(named)}, CodeStaleSchema, command+" > "+named,
		"%s is the schema of another version of mockbank", named)
}
