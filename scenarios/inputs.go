package scenarios

import (
	"os"
	"path/filepath"
	"slices"
)

// Inputs returns what a load read or would have read: the files, and the folders in which another file
// would change what it gives, each by the name that the user knows. Both are nil where the load did not
// get that far.
func (r *Report) Inputs() (files, folders []string) {
	for name := range r.order {
		files = append(files, name)
	}
	for name := range r.folders {
		folders = append(folders, name)
	}
	return files, folders
}

// ReadAgain reports whether what the load could not read may be readable by now: always where the system
// refused to read what is there, which may have passed; where something was not there, once it is.
func (r *Report) ReadAgain() bool {
	return r.unread || slices.ContainsFunc(r.missing, func(name string) bool {
		_, err := os.Stat(name)
		return err == nil
	})
}

// DefectReport returns the report of a load that a defect of mockbank itself ended.
func DefectReport(file string, defect any) *Report {
	report := &Report{}
	report.add(span{file: &source{name: file}}, CodeDefect, "please report it, with the configuration",
		"a defect of mockbank keeps the configuration from being loaded: %v", defect)
	return report
}

// SamePath reports whether two names are ways of writing the same path.
func SamePath(a, b string) bool { return fullPath(a) == fullPath(b) }

func fullPath(name string) string {
	if full, err := filepath.Abs(name); err == nil {
		return full
	}
	return filepath.Clean(name)
}
