package scenarios

import (
	"fmt"
	"strings"
	"testing"
)

// What a configuration may have counts over all its files, however they are named. One more is one
// problem, and no other comes of it.
func TestAConfigurationAsAWholeIsBounded(t *testing.T) {
	t.Parallel()
	const list, globs = `["1.yaml", "2.yaml", "3.yaml", "a/b/4.yaml"]`, `["?.yaml", "a/**/*.yaml"]`
	for name, c := range map[string]struct {
		include string
		// most are the files and folders that there may be, and how many bytes fewer than there are.
		files, fewer, folders int
		refused               string
	}{
		"as many files":             {list, 5, 0, 0, ""},
		"a file more":               {list, 4, 0, 0, "more than 4 files"},
		"two files more":            {list, 3, 0, 0, "more than 3 files"},
		"a file more, of globs":     {globs, 4, 0, 0, "more than 4 files"},
		"a file named twice is one": {`["1.yaml", "?.yaml", "a/**/*.yaml"]`, 5, 0, 0, ""},
		"a byte more":               {list, 0, 1, 0, "or 0 MiB"},
		"many bytes more":           {list, 0, 100, 0, "or 0 MiB"},
		"many bytes more, of globs": {globs, 0, 150, 0, "or 0 MiB"},
		"as many folders":           {globs, 0, 0, 2, ""},
		"a folder more":             {globs, 0, 0, 1, "more than 1 folders"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tree(t, c.include, "1.yaml", "2.yaml", "3.yaml", "a/b/4.yaml")
			bytes := 0
			_, all := Load(t.Context(), s.path("mockbank.yaml"), Options{})
			for _, file := range all.Files {
				bytes += file.Bytes
			}
			_, report := Load(t.Context(), s.path("mockbank.yaml"), Options{limits: limits{c.files, bytes - c.fewer, c.folders}})
			var problems []string
			for _, one := range report.Diagnostics {
				if one.Severity == SeverityError {
					problems = append(problems, fmt.Sprint(one.Code, " ", one.Message))
				}
			}
			got, want := strings.Join(problems, "; "), 0
			if c.refused != "" {
				want = 1
			}
			if len(problems) != want || !strings.Contains(got, c.refused) {
				t.Errorf("%d problems (%s), want %d (%s)", len(problems), got, want, c.refused)
			}
		})
	}
}
