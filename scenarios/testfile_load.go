package scenarios

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// IsTestFile reports whether a file of this name holds tests: NAME_test.yaml, or .yml.
func IsTestFile(name string) bool {
	base, extension := filepath.Base(name), filepath.Ext(name)
	if extension != ".yaml" && extension != ".yml" || strings.HasPrefix(base, ".") {
		return false
	}
	return strings.HasSuffix(strings.TrimSuffix(base, extension), "_test")
}

// LoadTests reads files of tests. Where the report has errors, what is returned may lack some.
// Reading stops early when ctx ends.
func LoadTests(ctx context.Context, names []string) ([]*TestFile, *Report) {
	report := &Report{order: make(map[string]int), folders: make(map[string]bool)}
	var files []*TestFile
	for i, name := range names {
		if _, twice := report.order[name]; twice || ctx.Err() != nil {
			continue
		}
		report.order[name] = i
		report.folders[filepath.Dir(name)] = true
		if file := loadTestFile(ctx, name, report); file != nil {
			files = append(files, file)
		}
	}
	report.sort()
	return files, report
}

func loadTestFile(ctx context.Context, name string, report *Report) *TestFile {
	folder := &root{files: os.DirFS(filepath.Dir(name))}
	text, err := folder.read(filepath.Base(name))
	file := &source{name: name, text: text}
	if err != nil {
		l := &loader{ctx: ctx, report: report, hash: sha256.New()}
		l.unreadable(file, span{}, err)
		return nil
	}
	tests := decodeTestFile(file, report)
	checkSchema(folder, filepath.Base(name), file, report)
	return tests
}

// ParseTests reads a text as a file of tests of this name. Where the report has errors, what is returned may lack some.
func ParseTests(name, text string) (*TestFile, *Report) {
	report := &Report{order: map[string]int{name: 0}, folders: make(map[string]bool)}
	file := decodeTestFile(&source{name: name, text: text}, report)
	report.sort()
	return file, report
}

// DiagnoseTests reports what is wrong with a text as a file of tests of this name.
func DiagnoseTests(name, text string) *Report {
	_, report := ParseTests(name, text)
	return report
}

func decodeTestFile(file *source, report *Report) *TestFile {
	root := parse(file, report)
	if root == nil {
		return nil
	}
	if at := configurationKey(root); at != nil && !IsTestFile(file.name) {
		hint := fmt.Sprintf("`mockbank test --config %s` plays the tests beside it, or those of a file that is named behind it", file.name)
		report.add(spanOf(file, at), CodeMissingKey, hint, "this file is a configuration, and has no tests")
		return nil
	}
	tests := &TestFile{Name: file.name}
	d := &decoder{file: file, report: report}
	report.silence(file, root)
	decodeStruct(d, root, reflect.ValueOf(tests).Elem(), "a file of tests")
	d.checkTestFile(tests)
	for _, over := range d.repeats {
		over.report(report)
	}
	report.Files = append(report.Files, File{Name: file.name, Bytes: len(file.text)})
	return tests
}

// maxSeed is the largest seed of a test: a session takes no larger one.
const maxSeed = 1<<53 - 1

// checkTestFile reports what single values cannot show.
func (d *decoder) checkTestFile(file *TestFile) {
	if file.Version != nil && *file.Version != 1 {
		d.report.add(file.value("version"), CodeBadVersion, "write `version: 1`", "this mockbank reads version 1 of the language, not %d",
			*file.Version)
	}
	seen := make(map[string]Position)
	for i := range file.Tests {
		test := &file.Tests[i]
		before, twice := seen[test.Name]
		if twice && test.Name != "" && !test.choice.sameName(d.report, test.value("name"), before.value("name"), "test", test.Name) {
			d.report.add(test.value("name"), CodeDuplicateName, "give each test a name of its own",
				"the test %q is there already, in line %d", test.Name, before.at().line)
		}
		seen[test.Name] = test.Position
		if test.Seed != nil && (*test.Seed < 1 || *test.Seed > maxSeed) {
			d.report.add(test.value("seed"), CodeBadNumber, "", "seed must be from 1 to %d", maxSeed)
		}
		if strings.ContainsFunc(test.Name, func(r rune) bool { return r < ' ' }) {
			d.report.add(test.value("name"), CodeBadName, "write it on one line", "the name of a test is one line")
		}
		if steps := test.child("steps"); steps != nil && steps.Kind == yaml.SequenceNode && len(steps.Content) == 0 {
			d.report.add(test.value("steps"), CodeEmptyValue, "begin with `- authenticate: {…}`", "the test %q has no steps", test.Name)
		}
		d.checkSubjects(test)
	}
}

// checkSubjects reports steps that are about a process or a connection that nobody has named.
func (d *decoder) checkSubjects(test *Test) {
	var names []string
	for i := range test.Steps {
		step := &test.Steps[i]
		if step.Of != "" && !slices.Contains(names, step.Of) {
			d.report.add(step.value("of"), CodeUnknownStep, didYouMean(step.Of, names),
				"no step before gives a process or a connection the name %q with `as`", step.Of)
		}
		if step.As != "" {
			names = append(names, step.As)
		}
	}
}

// TestFiles lists the tests that belong to a configuration: the *_test.yaml beside its files, by
// name. Those of another configuration in the same folder, which NAME.yaml shows, are left out.
func (c *Config) TestFiles() ([]string, error) {
	own, folders := make(map[string]bool), []string{}
	for _, file := range c.Files {
		if strings.HasPrefix(file.Name, packPrefix) {
			continue
		}
		own[filepath.Clean(file.Name)] = true
		if folder := filepath.Dir(file.Name); !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
	}
	var names []string
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, fmt.Errorf("look for tests: %w", err)
		}
		for _, entry := range entries {
			name := filepath.Join(folder, entry.Name())
			if IsTestFile(name) && !entry.IsDir() && !ofAnother(name, own) {
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// ofAnother reports whether tests belong to a NAME.yaml that is no part of the configuration.
func ofAnother(tests string, own map[string]bool) bool {
	stem := strings.TrimSuffix(strings.TrimSuffix(tests, filepath.Ext(tests)), "_test")
	for _, extension := range []string{".yaml", ".yml"} {
		if _, err := os.Stat(stem + extension); err == nil && !own[filepath.Clean(stem+extension)] {
			return true
		}
	}
	return false
}

// configurationKey returns the key by which a file is a configuration and no file of tests, nil where it may be one.
func configurationKey(root *yaml.Node) (found *yaml.Node) {
	root = follow(root)
	if root.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(root.Content); i += 2 {
		switch key := root.Content[i]; key.Value {
		case "tests":
			return nil
		case "scenarios", "banks", "include", "server", "apis":
			if found == nil {
				found = key
			}
		}
	}
	return found
}
