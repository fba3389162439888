package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// tree writes files, each with a scenario that is called like the file, beneath a folder with a main
// file that includes what is given.
func tree(t *testing.T, include string, files ...string) *sandbox {
	t.Helper()
	s := &sandbox{t, t.TempDir()}
	for _, name := range files {
		s.do(os.MkdirAll(filepath.Dir(s.path(name)), 0o700))
		s.write(name, "scenarios: [{name: \""+name+"\", when: {password: \""+name+"\"}, authentication: AUTHENTICATED}]\n")
	}
	s.write("mockbank.yaml", "include: "+include+"\n"+bankText("main"))
	return s
}

// played loads the configuration and returns the names of its scenarios without that of the main file.
func (s *sandbox) played() []string {
	s.t.Helper()
	config, report := Load(s.t.Context(), s.path("mockbank.yaml"), Options{})
	if config == nil {
		s.t.Error(report.Diagnostics)
		return nil
	}
	var names []string
	for _, scenario := range config.Rules.Scenarios {
		names = append(names, scenario.Name)
	}
	return names[:len(names)-1]
}

func TestGlobs(t *testing.T) {
	t.Parallel()
	files := []string{
		"a/one.yaml", "a/two.yml", "a/one_test.yaml", "a/.hidden.yaml", "a/b/three.yaml", "a/b/c/four.yaml", "a/.git/five.yaml", "d[1]/six.yaml", "x,y/{z}.yaml",
	}
	for include, want := range map[string][]string{
		`"a/*.yaml"`:       {"a/one.yaml"},
		`"a/*"`:            {"a/one.yaml", "a/two.yml"},
		`"a/**/*.yaml"`:    {"a/one.yaml", "a/b/three.yaml", "a/b/c/four.yaml"},
		`"a/**"`:           {"a/one.yaml", "a/two.yml", "a/b/three.yaml", "a/b/c/four.yaml"},
		`"**/four.yaml"`:   {"a/b/c/four.yaml"},
		`"**/b/*.yaml"`:    {"a/b/three.yaml"},
		`"**/b/**/*.yaml"`: {"a/b/three.yaml", "a/b/c/four.yaml"},
		`"a/**/**/f*"`:     {"a/b/c/four.yaml"},
		`"*/*/*/f*.yaml"`:  {"a/b/c/four.yaml"},
		`"a/.g*/*.yaml"`:   {"a/.git/five.yaml"},
		`"./a//b/*.yaml"`:  {"a/b/three.yaml"},
		`"a/[!t]*"`:        {"a/one.yaml"},
		`"a/[^t]*"`:        {"a/one.yaml"},
		`"a/[a-p]ne.yaml"`: {"a/one.yaml"},
		`"a/?ne.yaml"`:     {"a/one.yaml"},
		`"d[1]/six.yaml"`:  {"d[1]/six.yaml"}, // a path that is there is that path
		`"d[1]"`:           {"d[1]/six.yaml"},
		`"x,y/{z}.yaml"`:   {"x,y/{z}.yaml"},
		`"x,y/*"`:          {"x,y/{z}.yaml"},
		`[a, "a/*"]`:       {"a/one.yaml", "a/two.yml"},
		`"**/*.yaml"`:      {"a/one.yaml", "a/b/three.yaml", "a/b/c/four.yaml", "d[1]/six.yaml", "x,y/{z}.yaml"}, // without itself
	} {
		t.Run(include, func(t *testing.T) {
			t.Parallel()
			if got := tree(t, include, files...).played(); !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

// A file that was included may lie in a folder whose name would be a pattern.
func TestAGlobBeneathAFolderWithWildcardsInItsName(t *testing.T) {
	t.Parallel()
	s := tree(t, `"d[1]/main.yaml"`, "d[1]/more/one.yaml", "d1/more/other.yaml")
	s.write("d[1]/main.yaml", "include: \"more/*.yaml\"\n")
	if got := s.played(); !slices.Equal(got, []string{"d[1]/more/one.yaml"}) {
		t.Errorf("%v", got)
	}
}

// Every folder that a glob looks into is watched: a file may come to it.
func TestEveryFolderOfAGlobIsWatched(t *testing.T) {
	t.Parallel()
	s := tree(t, `["**/none*.yaml", "later/*.yaml"]`, "a/b/one.yaml")
	_, report := Load(t.Context(), s.path("mockbank.yaml"), Options{})
	_, folders := report.Inputs()
	for _, want := range []string{s.folder, s.path("a"), s.path("a/b")} {
		if !slices.Contains(folders, want) {
			t.Errorf("%s is not among the folders %v", want, folders)
		}
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	outside := writeFile(t, "outside.yaml", "scenarios: [{name: outside, when: {password: x}, authentication: AUTHENTICATED}]\n")
	for name, test := range map[string]struct {
		include string
		link    func(s *sandbox)
		want    []string
		code    Code
	}{
		"an absolute link to a file": {"inc/a.yaml", func(s *sandbox) { s.do(os.Symlink(s.path("parts/one.yaml"), s.path("inc/a.yaml"))) }, []string{"parts/one.yaml"}, ""},
		"an absolute link in a glob": {`"inc/*.yaml"`, func(s *sandbox) { s.do(os.Symlink(s.path("parts/one.yaml"), s.path("inc/a.yaml"))) }, []string{"parts/one.yaml"}, ""},
		"an absolute link to a folder": {"inc/all", func(s *sandbox) { s.do(os.Symlink(s.path("parts"), s.path("inc/all"))) },
			[]string{"parts/one.yaml"}, ""},
		"an absolute link to a folder beneath a glob": {`"inc/**/*.yaml"`, func(s *sandbox) { s.do(os.Symlink(s.path("parts"), s.path("inc/all"))) },
			[]string{"parts/one.yaml"}, ""},
		"a link that goes out and comes back in": {"inc/a.yaml", func(s *sandbox) {
			s.do(os.Symlink("../../"+filepath.Base(s.folder)+"/parts/one.yaml", s.path("inc/a.yaml")))
		}, []string{"parts/one.yaml"}, ""},
		"a link to the folder that it lies in": {`"inc/**/*.yaml"`, func(s *sandbox) {
			s.do(os.Symlink("..", s.path("inc/up")))
			s.do(os.Symlink(".", s.path("inc/self")))
			s.do(os.RemoveAll(s.path("parts")))
			s.do(os.Rename(s.path("mockbank.yaml"), s.path("main")))
			s.do(os.Symlink("main", s.path("mockbank.yaml")))
		}, nil, CodeDuplicateName},
		"an absolute link outside": {"inc/a.yaml", func(s *sandbox) { s.do(os.Symlink(outside, s.path("inc/a.yaml"))) }, nil, CodeIncludeOutside},
		"a relative link outside": {"inc/a.yaml", func(s *sandbox) {
			rel, err := filepath.Rel(s.path("inc"), outside)
			s.do(err)
			s.do(os.Symlink(rel, s.path("inc/a.yaml")))
		}, nil, CodeIncludeOutside},
		"a folder outside": {"inc/a", func(s *sandbox) { s.do(os.Symlink(filepath.Dir(outside), s.path("inc/a"))) }, nil, CodeIncludeOutside},
		"a link to a link outside": {"inc/a.yaml", func(s *sandbox) {
			s.do(os.Symlink(outside, s.path("parts/b.yaml")))
			s.do(os.Symlink(s.path("parts/b.yaml"), s.path("inc/a.yaml")))
		}, nil, CodeIncludeOutside},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tree(t, test.include, "parts/one.yaml")
			s.do(os.Mkdir(s.path("inc"), 0o700))
			test.link(s)
			if test.code == "" {
				if got := s.played(); !slices.Equal(got, test.want) {
					t.Errorf("%v, want %v", got, test.want)
				}
				return
			}
			if config, report := Load(t.Context(), s.path("mockbank.yaml"), Options{}); config != nil || !has(report, test.code) {
				t.Errorf("reported as %v", report.Diagnostics)
			}
		})
	}
}

// A folder that is called like a file is left out of a folder and of a glob alike, and it is told once.
func TestWhatIsLeftOutForItsName(t *testing.T) {
	t.Parallel()
	for include, want := range map[string]int{
		"d": 3, `"d/*"`: 3, `"d/*.yaml"`: 2, `"**/*.yaml"`: 2, `"**"`: 3, `[d, "d/*", "**/*"]`: 3, `"d/*.txt"`: 1, `"d/*_test.yaml"`: 1,
	} {
		s := tree(t, include, "d/one.yaml", "d/two.YAML", "d/three_test.yaml", "d/notes.txt")
		s.do(os.Mkdir(s.path("d/q.yaml"), 0o700))
		s.do(os.Mkdir(s.path("folder"), 0o700))
		s.do(os.Symlink("../folder", s.path("d/r.yaml")))
		config, report := Load(t.Context(), s.path("mockbank.yaml"), Options{})
		if config == nil {
			t.Errorf("%s: %v", include, report.Diagnostics)
			continue
		}
		reported := 0
		for _, one := range report.Diagnostics {
			if one.Code == CodeLeftOut {
				reported++
			}
		}
		if reported != want {
			t.Errorf("%s: told %d times, want %d: %v", include, reported, want, report.Diagnostics)
		}
	}
}
