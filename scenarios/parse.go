package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The bounds of one file. They lie far beyond what people write, and keep a hostile or broken file
// from costing more than a second.
const (
	maxFileBytes = 16 << 20
	// maxMarks bounds the characters that begin a value, and so the nodes that the parser makes.
	maxMarks = 1_500_000
	// maxDepth bounds how deep values may lie in each other.
	maxDepth = 100
	// maxVisits bounds the values of a file once its aliases are expanded.
	maxVisits = 2_000_000
)

// parse turns a file's text into its root node. It returns nil where it has reported why there is
// none.
func parse(file *source, report *Report) *yaml.Node {
	if !checkBytes(file, report) {
		return nil
	}
	checkTricks(file, report)
	if root := parseRest(file); root != nil {
		return root
	}
	root := parseDocument(file, file.text, report)
	if root != nil && file.cut != nil && !file.cut.confirm(root) {
		file.cut = nil
	}
	if root == nil || !checkTree(file, root, report) {
		return nil
	}
	file.cut.readDefaults(root)
	return root
}

// parseRest parses what earlier loads have not compiled of a file. It returns nil where the file is to be parsed as a
// whole: nothing of it is known, it has mistakes, or what was left out does not fit the rest.
func parseRest(file *source) *yaml.Node {
	if file.cache == nil {
		return nil
	}
	if file.cut = cutText(file.name, file.text); file.cut == nil {
		return nil
	}
	if file.cache.find(file.cut) {
		report := &Report{}
		root := parseDocument(file, file.cut.without(file.text), report)
		if root != nil && file.cut.confirm(root) && checkTree(file, root, report) && report.said == 0 {
			if file.cut.readDefaults(root); file.cut.current() {
				return root
			}
		}
	}
	file.cut.whole()
	return nil
}

// ParseText parses the text of a configuration file as a load does. It returns the root, and the text
// without a byte order mark; the root is nil where the report says why there is none. name is the file's.
func ParseText(name, text string) (*yaml.Node, string, *Report) {
	report := &Report{}
	file := &source{name: name, text: text}
	root := parse(file, report)
	return root, file.text, report
}

// checkBytes refuses what is no YAML text at all, before the parser sees it.
func checkBytes(file *source, report *Report) bool {
	file.text = strings.TrimPrefix(file.text, "\ufeff")
	whole := span{file: file}
	switch i := badByte(file.text); {
	case len(file.text) > maxFileBytes:
		report.add(whole, CodeFileTooLarge, "split it into several files and include them",
			"the file is larger than %d MiB", maxFileBytes>>20)
	case i >= 0:
		line := 1 + strings.Count(file.text[:i], "\n")
		file.text = "" // not to be shown
		report.add(span{file: file, line: line, column: 1, end: 2}, CodeNotText, "save the file as plain text in UTF-8",
			"the file is not text in UTF-8")
	case marks(file.text) > maxMarks:
		report.add(whole, CodeFileTooLarge, "split it into several files and include them",
			"the file holds more than %d values", maxMarks)
	default:
		return true
	}
	return false
}

// badByte returns the place of the first byte that is no text, or -1.
func badByte(text string) int {
	nul := strings.IndexByte(text, 0)
	if nul < 0 && utf8.ValidString(text) {
		return -1
	}
	for i, r := range text {
		if r == 0 {
			return i
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return i
			}
		}
	}
	return nul
}

// marks counts the characters that can begin a value. Empty lines begin none, nor do lines that are
// comments: one without a quote is text wherever it stands, even within a text of several lines.
func marks(text string) int {
	total := 0
	for line := range strings.Lines(text) {
		content := strings.Trim(line, " \t\r\n")
		if content == "" || content[0] == '#' && !strings.ContainsAny(content, "\"'\r") {
			continue
		}
		total++
		for i := range len(content) {
			switch content[i] {
			case ',', '[', '{', ':', '-', '?', '&', '*':
				total++
			}
		}
	}
	return total
}

// parseDocument runs the YAML parser and translates what it says.
func parseDocument(file *source, text string, report *Report) (root *yaml.Node) {
	defer func() {
		if what := recover(); what == (any)(calledOff{}) {
			panic(what)
		} else if what != nil { // the parser gives up on some broken files with a panic
			report.add(span{file: file}, CodeSyntax, "", "the file cannot be read as YAML")
			root = nil
		}
	}()
	var document, second yaml.Node
	text, restore := forLibrary(text)
	decoder := yaml.NewDecoder(&throttled{text: strings.NewReader(text), file: file})
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) || err == nil && emptyDocument(&document) {
		why := "the file is empty"
		if strings.TrimSpace(file.text) != "" {
			why = "the file holds nothing but comments and marks"
		}
		report.add(span{file: file}, CodeEmptyFile, "write `version: 1` and at least one scenario", "%s", why)
		return nil
	}
	if err == nil {
		restore(&document)
		root = document.Content[0]
		for err = decoder.Decode(&second); err == nil && emptyDocument(&second); err = decoder.Decode(&second) {
			second = yaml.Node{} // a --- at the end begins nothing
		}
	}
	switch {
	case errors.Is(err, io.EOF):
		return root
	case err != nil:
		reportSyntax(file, err, report)
		return nil
	default:
		report.add(lineSpan(file, secondDocument(file, &second)), CodeTwoDocuments,
			"keep one document a file: take the `---` out, or split the file",
			"the file holds more than one document")
		return nil
	}
}

// throttled reads a file's text for the parser, which asks for a little of it at a time.
type throttled struct {
	text *strings.Reader
	file *source
}

// Read implements [io.Reader].
func (b *throttled) Read(p []byte) (int, error) {
	b.file.throttle()
	return b.text.Read(p)
}

func emptyDocument(document *yaml.Node) bool {
	return len(document.Content) == 0 || isEmpty(document.Content[0])
}

// secondDocument returns the line of the `---` that starts the second document.
func secondDocument(file *source, second *yaml.Node) int {
	for line := second.Line; line > 1; line-- {
		if strings.HasPrefix(file.line(line), "---") {
			return line
		}
	}
	return second.Line
}

// treeCheck walks a file's nodes once, aliases expanded, before anything else does.
type treeCheck struct {
	file   *source
	report *Report
	// within holds the anchored nodes that the walk is in.
	within map[*yaml.Node]bool
	visits int
	failed bool
	// tied says that the node at hand, or one beneath it, has an anchor or is an alias.
	tied bool
}

// checkTree refuses trees that have no end, are too large or too deep, and keys that are written
// twice.
func checkTree(file *source, root *yaml.Node, report *Report) bool {
	check := &treeCheck{file: file, report: report, within: make(map[*yaml.Node]bool), visits: file.cut.spareNodes()}
	check.visit(root, 0)
	return !check.failed
}

func (c *treeCheck) visit(node *yaml.Node, depth int) {
	if c.failed {
		return
	}
	if c.visits++; c.visits%256 == 0 {
		c.file.throttle()
	}
	switch {
	case depth > maxDepth:
		c.refuse(node, CodeTooDeep, "", "values lie more than %d deep in each other", maxDepth)
	case c.visits > maxVisits:
		c.refuse(node, CodeAliasExpansion, "write the values out, or use `imports` and `steps` to share them",
			"the file's aliases expand to more than %d values", maxVisits)
	case node.Kind == yaml.AliasNode:
		c.alias(node, depth)
	default:
		c.content(node, depth)
	}
}

func (c *treeCheck) alias(node *yaml.Node, depth int) {
	c.tied = true
	if c.within[node.Alias] {
		c.refuse(node, CodeAliasCycle, "", "the anchor %q contains itself", node.Value)
		return
	}
	c.visit(node.Alias, depth+1)
}

func (c *treeCheck) content(node *yaml.Node, depth int) {
	if node.Style&yaml.TaggedStyle != 0 && !plainTags[node.Tag] {
		c.report.add(spanOf(c.file, node), CodeYAMLTag, "take the tag out: mockbank takes each value as it is written",
			"%q is a tag that mockbank does not know", node.Tag)
	}
	c.tied = c.tied || node.Anchor != ""
	if len(node.Content) == 0 {
		return
	}
	if node.Anchor != "" {
		c.within[node] = true
		defer delete(c.within, node)
	}
	if node.Kind == yaml.MappingNode {
		c.keys(node)
	}
	for i, child := range node.Content {
		before := c.visits
		if one := c.file.pieceOf(node, i); one != nil {
			c.tied = false
			c.visit(child, depth+1)
			one.nodes, one.tied = c.visits-before, c.tied
			continue
		}
		c.visit(child, depth+1)
	}
}

var plainTags = map[string]bool{
	"!!str": true, "!!int": true, "!!bool": true, "!!float": true, "!!null": true, "!!map": true, "!!seq": true,
	"!!merge": true, "!!timestamp": true,
}

// keys reports keys that are written twice, and merges of what is no mapping.
func (c *treeCheck) keys(node *yaml.Node) {
	var seen map[string]bool
	if len(node.Content) > 32 {
		seen = make(map[string]bool, len(node.Content)/2)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if isMerge(key) {
			c.merge(node.Content[i+1])
		}
		if key.Kind != yaml.ScalarNode {
			continue
		}
		if twice(node, i, seen) {
			c.report.add(spanOf(c.file, key), CodeDuplicateKey, "keep one of the two", "the key %q is written twice", key.Value)
		}
	}
}

// twice reports whether the key at i was there before; seen is used where there are many keys.
func twice(node *yaml.Node, i int, seen map[string]bool) bool {
	key := node.Content[i]
	if seen != nil {
		was := seen[key.Value]
		seen[key.Value] = true
		return was
	}
	for j := 0; j < i; j += 2 {
		if node.Content[j].Kind == yaml.ScalarNode && node.Content[j].Value == key.Value {
			return true
		}
	}
	return false
}

func (c *treeCheck) merge(value *yaml.Node) {
	bases := []*yaml.Node{follow(value)}
	if bases[0].Kind == yaml.SequenceNode {
		bases = bases[0].Content
	}
	for _, base := range bases {
		if follow(base).Kind != yaml.MappingNode {
			c.refuse(value, CodeBadMerge, "write `<<: *name`, where name anchors a mapping", "only mappings can be merged with `<<`")
			return
		}
	}
}

func (c *treeCheck) refuse(node *yaml.Node, code Code, hint, format string, args ...any) {
	c.failed = true
	c.report.add(spanOf(c.file, node), code, hint, format, args...)
}

// readLimited reads at most one byte more than a file may have. size is how many it probably has.
func readLimited(from io.Reader, size int64) (string, error) {
	var buffer bytes.Buffer
	buffer.Grow(int(min(size, maxFileBytes)) + bytes.MinRead)
	if _, err := buffer.ReadFrom(io.LimitReader(from, maxFileBytes+1)); err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	return buffer.String(), nil
}
