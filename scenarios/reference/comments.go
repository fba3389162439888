package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// comments holds what the source says about types, their fields, and the words that values may be.
type comments struct {
	// types by name, fields by "Type.Field", words by the word itself.
	types, fields, words map[string]string
}

// readComments parses the Go files of the folders.
func readComments(folders ...string) (*comments, error) {
	said := &comments{types: map[string]string{}, fields: map[string]string{}, words: map[string]string{}}
	for _, folder := range folders {
		names, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(names) == 0 {
			return nil, fmt.Errorf("no Go files in %q: %w", folder, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				return nil, err
			}
			said.read(file)
		}
	}
	return said, nil
}

func (c *comments) read(file *ast.File) {
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				c.readType(general, spec)
			case *ast.ValueSpec:
				c.readWord(general, spec)
			}
		}
	}
}

func (c *comments) readType(general *ast.GenDecl, spec *ast.TypeSpec) {
	name := spec.Name.Name
	if _, known := c.types[name]; known {
		return // package scenarios goes before package engine
	}
	doc := spec.Doc
	if doc == nil {
		doc = general.Doc
	}
	c.types[name] = plain(name, "", doc.Text())
	structure, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range structure.Fields.List {
		for _, one := range field.Names {
			c.fields[name+"."+one.Name] = plain(one.Name, keyOf(field), field.Doc.Text())
		}
	}
}

// readWord notes the comment of a constant text, by its value.
func (c *comments) readWord(general *ast.GenDecl, spec *ast.ValueSpec) {
	if general.Tok != token.CONST || len(spec.Names) != 1 || len(spec.Values) != 1 {
		return
	}
	literal, ok := spec.Values[0].(*ast.BasicLit)
	doc := spec.Doc.Text() + spec.Comment.Text()
	if !general.Lparen.IsValid() {
		doc = general.Doc.Text()
	}
	if !ok || literal.Kind != token.STRING || doc == "" {
		return
	}
	word := constant.StringVal(constant.MakeFromLiteral(literal.Value, token.STRING, 0))
	if c.words[word] == "" {
		c.words[word] = plain(spec.Names[0].Name, word, doc)
	}
}

var yamlTag = regexp.MustCompile(`yaml:"([a-z_]+)`)

func keyOf(field *ast.Field) string {
	if field.Tag == nil {
		return ""
	}
	if found := yamlTag.FindStringSubmatch(field.Tag.Value); found != nil {
		return found[1]
	}
	return ""
}

// plain turns a Go comment into a sentence for people who know no Go: "Takes is the time to the end."
// becomes "The time to the end.", and "ExpiresAfter ends the step" "`expires_after` ends the step".
func plain(name, key, text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if meaning, found := strings.CutPrefix(text, name+": "); found {
		return capital(meaning)
	}
	rest, found := strings.CutPrefix(text, name+" ")
	if !found {
		return text
	}
	word, after, _ := strings.Cut(rest, " ")
	switch {
	case word == "is" || word == "are":
		return capital(after)
	case key != "" && (strings.HasSuffix(word, "s") || innerCapital(name)):
		return "`" + key + "` " + rest
	default:
		return text
	}
}

func innerCapital(name string) bool {
	return strings.IndexFunc(name[1:], unicode.IsUpper) >= 0
}

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
