package architecture

import (
	"bytes"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxColumns is how long a line of code may be, a tab being four columns.
const maxColumns = 140

// TestLinesCanBeRead: no line is longer than a reader sees at once, but for what cannot be cut: raw strings, such as tags of
// members and texts that are written out. Tests, whose tables and files in YAML are lines of their own, are let be.
func TestLinesCanBeRead(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for number, line := range bytes.Split(withoutRawStrings(text), []byte("\n")) {
			if n := utf8.RuneCount(bytes.ReplaceAll(line, []byte("\t"), []byte("    "))); n > maxColumns {
				t.Errorf("%s:%d has %d columns, more than %d", path, number+1, n, maxColumns)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 500 {
		t.Errorf("only %d files were looked at", files)
	}
}

// withoutRawStrings returns a file's text with nothing but line ends in its raw strings.
func withoutRawStrings(text []byte) []byte {
	var out []byte
	written := 0
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, 0)
	for {
		position, kind, literal := s.Scan()
		if kind == token.EOF {
			return append(out, text[written:]...)
		}
		if kind == token.STRING && literal[0] == '`' {
			from := file.Offset(position)
			out = append(out, text[written:from]...)
			out = append(out, strings.Repeat("\n", strings.Count(literal, "\n"))...)
			written = from + len(literal)
		}
	}
}
