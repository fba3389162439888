package scenarios

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// variableTexts are the nodes of a tree in which a variable of a `for` stands, so that all others can be
// shared by what the `for` makes.
type variableTexts struct {
	// uses holds the nodes in or beneath which a variable stands.
	uses map[*yaml.Node]bool
	// visited counts the tree's nodes, aliases written out.
	visited int
}

// texts looks for the variables in a tree, its own `for` apart, and notes which are used.
func (v *variables) texts(root *yaml.Node) *variableTexts {
	if found := v.known[root]; found != nil {
		return found
	}
	found := &variableTexts{uses: make(map[*yaml.Node]bool)}
	v.poll(follow(root), found, true)
	if v.known == nil {
		v.known = make(map[*yaml.Node]*variableTexts)
	}
	v.known[root] = found
	return found
}

func (v *variables) poll(node *yaml.Node, found *variableTexts, root bool) bool {
	found.visited++
	switch node.Kind {
	case yaml.ScalarNode:
		uses := false
		for _, name := range namesIn(node.Value) {
			if i := v.index(name); i >= 0 {
				v.used[i], uses = true, true
			}
		}
		found.uses[node] = found.uses[node] || uses
	case yaml.AliasNode:
		found.uses[node] = v.poll(node.Alias, found, false)
	default:
		for i, child := range node.Content {
			if root && node.Kind == yaml.MappingNode && i%2 == 1 && node.Content[i-1].Value == forKey {
				continue
			}
			uses := v.poll(child, found, false)
			found.uses[node] = found.uses[node] || uses
		}
	}
	if !found.uses[node] {
		delete(found.uses, node)
		return false
	}
	return true
}

// in returns the tree with each variable replaced by its value. What has none is the same node.
func (c *choice) in(node *yaml.Node, texts *variableTexts) *yaml.Node {
	if !texts.uses[node] && (node.Kind != yaml.AliasNode || !texts.uses[node.Alias]) {
		return node
	}
	switch node.Kind {
	case yaml.AliasNode:
		return c.in(node.Alias, texts)
	case yaml.ScalarNode:
		return c.scalar(node)
	}
	out := *node
	out.Anchor, out.Content = "", make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		out.Content[i] = c.in(child, texts)
	}
	return &out
}

var variable = regexp.MustCompile(`\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// scalar replaces the variables of a single value. One that is a variable and nothing else is taken as the
// value is written: a number, or a text in quotes.
func (c *choice) scalar(node *yaml.Node) *yaml.Node {
	out := *node
	if found := variable.FindStringSubmatchIndex(node.Value); found[0] == 0 && found[1] == len(node.Value) && found[2] >= 0 {
		value := c.values[c.of.index(node.Value[found[2]:found[3]])]
		out.Value, out.Tag, out.Style = value.Value, value.Tag, value.Style
		return &out
	}
	out.Value = variable.ReplaceAllStringFunc(node.Value, func(found string) string {
		if strings.HasPrefix(found, "$$") {
			return found
		}
		if i := c.of.index(found[2 : len(found)-1]); i >= 0 {
			return c.values[i].Value
		}
		return found
	})
	return &out
}

// over returns a part of the configuration that a scenario with a `for` uses, with its variables replaced.
// A nil choice, and a part without any of its variables, leave it as it is, which ok tells.
func (c *choice) over(node *yaml.Node) (out *yaml.Node, ok bool) {
	if c == nil || node == nil {
		return node, false
	}
	texts := c.of.texts(node)
	out = c.in(node, texts)
	return out, out != node
}

// namesIn lists the ${name} of a text that are not escaped as $${name}.
func namesIn(text string) []string {
	if !strings.Contains(text, "${") {
		return nil
	}
	var names []string
	for _, found := range variable.FindAllStringSubmatch(text, -1) {
		if found[1] != "" {
			names = append(names, found[1])
		}
	}
	return names
}
