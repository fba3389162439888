package surface

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// PathError says what is wrong with a `${…}`.
type PathError struct {
	// Expression is what stands between the braces.
	Expression string
	Message    string
	// Hint says what was probably meant, "" where nobody knows.
	Hint string
}

// Error implements the error interface.
func (e *PathError) Error() string { return e.Message }

// Compile compiles a text with any number of `${…}`: one that is nothing else keeps its JSON type.
func (s *Scope) Compile(text string) (Node, error) {
	parts, err := split(text)
	if err != nil {
		return nil, err
	}
	if len(parts) == 1 && parts[0].expression {
		return s.expression(parts[0].text)
	}
	mixed := &Mixed{source: text}
	plain := true
	for _, part := range parts {
		if !part.expression {
			said := part.text
			mixed.parts = append(mixed.parts, func(*Env) any { return said })
			continue
		}
		plain = false
		x, err := s.expression(part.text)
		if err != nil {
			return nil, err
		}
		mixed.parts, mixed.reads = append(mixed.parts, x.value), mixed.reads.and(x.reads)
	}
	if plain {
		return NewLiteral(joined(parts)), nil
	}
	return mixed, nil
}

// HasExpression reports whether a text holds a `${…}` or an escaped one.
func HasExpression(text string) bool { return strings.Contains(text, "${") }

type part struct {
	text       string
	expression bool
}

func joined(parts []part) string {
	text := ""
	for _, p := range parts {
		text += p.text
	}
	return text
}

// split divides a text at its `${…}`; `$${` stands for a plain `${`.
func split(text string) ([]part, error) {
	var parts []part
	plain := ""
	for {
		at := strings.Index(text, "${")
		if at < 0 {
			break
		}
		if at > 0 && text[at-1] == '$' {
			plain += text[:at-1] + "${"
			text = text[at+2:]
			continue
		}
		end := closing(text[at+2:])
		if end < 0 {
			return nil, &PathError{Expression: text[at:], Message: "a ${ is not closed", Hint: "write } after the path; $${ is a plain ${"}
		}
		plain += text[:at]
		if plain != "" {
			parts = append(parts, part{text: plain})
		}
		plain = ""
		parts = append(parts, part{text: text[at+2 : at+2+end], expression: true})
		text = text[at+2+end+1:]
	}
	if plain += text; plain != "" || len(parts) == 0 {
		parts = append(parts, part{text: plain})
	}
	return parts, nil
}

// closing returns where the brace is that ends an expression, -1 where there is none.
func closing(text string) int {
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '\'':
			quoted = !quoted
		case text[i] == '}' && !quoted:
			return i
		}
	}
	return -1
}

// expression compiles what stands between the braces.
func (s *Scope) expression(text string) (*Expression, error) {
	p := &parser{scope: s, source: text, rest: text}
	around := s.found.reads
	s.found.reads = reads{}
	x, err := p.parse()
	if err == nil {
		x.reads = s.found.reads
	}
	s.found.reads = around
	if err != nil {
		return nil, err
	}
	return x, nil
}

// parser reads one expression.
type parser struct {
	scope        *Scope
	source, rest string
}

func (p *parser) fail(hint, format string, args ...any) error {
	return &PathError{Expression: strings.TrimSpace(p.source), Message: fmt.Sprintf(format, args...), Hint: hint}
}

func (p *parser) blank() { p.rest = strings.TrimLeft(p.rest, " \t") }

// parse reads operands, `??` and pipes, from the left to the right.
func (p *parser) parse() (*Expression, error) {
	value, about, err := p.operand()
	if err != nil {
		return nil, err
	}
	for {
		p.blank()
		switch {
		case p.rest == "":
			return &Expression{value: value, source: strings.TrimSpace(p.source), about: about}, nil
		case strings.HasPrefix(p.rest, "??"):
			p.rest = p.rest[2:]
			other, _, err := p.operand()
			if err != nil {
				return nil, err
			}
			value, about = orElse(value, other), reference{}
		case p.rest[0] == '|':
			p.rest = p.rest[1:]
			if value, err = p.pipe(value, about); err != nil {
				return nil, err
			}
			about = reference{}
		default:
			return nil, p.fail("after a path come `??`, `|`, `+` or `-`, or nothing", "%q cannot be read in ${%s}", p.rest,
				strings.TrimSpace(p.source))
		}
	}
}

func orElse(value, other Value) Value {
	return func(e *Env) any {
		if v := value(e); v != nil {
			return v
		}
		return other(e)
	}
}

func (p *parser) pipe(value Value, about reference) (Value, error) {
	p.blank()
	name := p.word(false)
	shape, known := pipes[name]
	if !known {
		return nil, p.fail(didYouMean(name, Pipes()), "there is no pipe %q", name)
	}
	if name == "number" && about.identifier != "" {
		p.scope.api.numbers[about.identifier] = true
	}
	if name == "number" {
		for _, kind := range about.identifiers {
			p.scope.api.numbers[kind] = true
		}
	}
	return func(e *Env) any { return shape(value(e)) }, nil
}

// operand reads a path, a quoted text or a number, and what is added to it.
func (p *parser) operand() (Value, reference, error) {
	p.blank()
	if p.rest == "" {
		return nil, reference{}, p.fail("write a path such as process.id", "${%s} names nothing", strings.TrimSpace(p.source))
	}
	var value Value
	var about reference
	switch c := p.rest[0]; {
	case c == '\'' || c == '"':
		text, err := p.quoted(c)
		if err != nil {
			return nil, about, err
		}
		return func(*Env) any { return text }, about, nil
	case c >= '0' && c <= '9' || c == '-':
		number := p.number()
		if !isNumber(number) {
			return nil, about, p.fail("", "%q is no number", number)
		}
		return func(*Env) any { return json.Number(number) }, about, nil
	default:
		var err error
		if value, about, err = p.path(); err != nil {
			return nil, about, err
		}
	}
	return p.sum(value, about)
}

func (p *parser) number() string {
	end := 1
	for end < len(p.rest) && strings.IndexByte("0123456789.eE", p.rest[end]) >= 0 {
		end++
	}
	number := p.rest[:end]
	p.rest = p.rest[end:]
	return number
}

func (p *parser) quoted(quote byte) (string, error) {
	end := strings.IndexByte(p.rest[1:], quote)
	if end < 0 {
		return "", p.fail("end it with a quote", "a quoted text is not closed in ${%s}", strings.TrimSpace(p.source))
	}
	text := p.rest[1 : end+1]
	p.rest = p.rest[end+2:]
	return text, nil
}

// sum reads what is added to a time: `+ 90d`, `- 3d`.
func (p *parser) sum(value Value, about reference) (Value, reference, error) {
	for {
		p.blank()
		if p.rest == "" || p.rest[0] != '+' && p.rest[0] != '-' {
			return value, about, nil
		}
		sign := time.Duration(1)
		if p.rest[0] == '-' {
			sign = -1
		}
		p.rest = p.rest[1:]
		p.blank()
		end := 0
		for end < len(p.rest) && strings.IndexByte("0123456789.msdh", p.rest[end]) >= 0 {
			end++
		}
		length, err := engine.ParseDuration(p.rest[:end])
		if err != nil {
			return nil, about, p.fail("such as now + 90d", "%q is no duration: %v", p.rest[:end], err)
		}
		p.rest = p.rest[end:]
		value, about = shifted(value, sign*length), reference{}
	}
}

func shifted(value Value, by time.Duration) Value {
	return func(e *Env) any {
		at, ok := timeOf(value(e))
		if !ok {
			return nil
		}
		return at.Add(by)
	}
}

// word reads a name; inner ones may hold hyphens and begin with a digit.
func (p *parser) word(inner bool) string {
	end := 0
	for end < len(p.rest) {
		c := p.rest[end]
		message := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
		digit := c >= '0' && c <= '9'
		if !message && !(digit && (end > 0 || inner)) && !(c == '-' && inner && end > 0) {
			break
		}
		end++
	}
	name := p.rest[:end]
	p.rest = p.rest[end:]
	return name
}

// segment is a further step of a path: a name, or a value in brackets.
type segment struct {
	name  string
	value Value // of a step whose name is a path itself; nil else
}

func (g segment) of(e *Env) string {
	if g.value != nil {
		return Text(g.value(e))
	}
	return g.name
}

// path reads a path and finds out what it leads to.
func (p *parser) path() (Value, reference, error) {
	root := p.word(false)
	if root == "" {
		return nil, reference{}, p.fail("write a path such as process.id", "%q cannot be read in ${%s}", p.rest,
			strings.TrimSpace(p.source))
	}
	var segments []segment
	for p.rest != "" {
		switch p.rest[0] {
		case '.':
			p.rest = p.rest[1:]
			name := p.word(true)
			if name == "" {
				return nil, reference{}, p.fail("", "a name is missing after the dot in ${%s}", strings.TrimSpace(p.source))
			}
			segments = append(segments, segment{name: name})
		case '[':
			step, err := p.bracket()
			if err != nil {
				return nil, reference{}, err
			}
			segments = append(segments, step)
		default:
			return p.resolve(root, segments)
		}
	}
	return p.resolve(root, segments)
}

// bracket reads `['odd name']`, `[0]` or `[process.status]`.
func (p *parser) bracket() (segment, error) {
	p.rest = p.rest[1:]
	p.blank()
	var step segment
	switch {
	case p.rest != "" && (p.rest[0] == '\'' || p.rest[0] == '"'):
		name, err := p.quoted(p.rest[0])
		if err != nil {
			return step, err
		}
		step.name = name
	case p.rest != "" && p.rest[0] >= '0' && p.rest[0] <= '9':
		step.name = p.number()
	default:
		value, about, err := p.path()
		if err != nil {
			return step, err
		}
		step.value = value
		p.scope.indexedBy = about
	}
	p.blank()
	if p.rest == "" || p.rest[0] != ']' {
		return step, p.fail("write ] after it", "a [ is not closed in ${%s}", strings.TrimSpace(p.source))
	}
	p.rest = p.rest[1:]
	return step, nil
}

func (p *parser) resolve(root string, segments []segment) (Value, reference, error) {
	value, about, err := p.scope.resolve(root, segments)
	if unknown := (*PathError)(nil); errors.As(err, &unknown) && unknown.Expression == "" {
		unknown.Expression = strings.TrimSpace(p.source)
	}
	return value, about, err
}
