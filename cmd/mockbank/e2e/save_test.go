package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// manner is one of the ways in which people and machines save a configuration.
type manner struct {
	name string
	// place lays the first version down in an empty folder, and returns what --config is to name
	// and how later versions are saved. After save returns, the new version is all there.
	place func(t *testing.T, folder, first string) (config string, save func(version string))
}

var manners = []manner{
	{"mv over the file, as vim", placeFile(moveOver)},
	{"truncate and write, as nano and cp", placeFile(truncateAndWrite)},
	{"delete and recreate", placeFile(deleteAndRecreate)},
	{"a ConfigMap's symlink swap", placeConfigMap},
	{"a file added to an included folder", placeIncluded},
}

func placeFile(save func(t *testing.T, path, text string)) func(*testing.T, string, string) (string, func(string)) {
	return func(t *testing.T, folder, first string) (string, func(string)) {
		path := filepath.Join(folder, "mockbank.yaml")
		write(t, path, first)
		return path, func(text string) { save(t, path, text) }
	}
}

func moveOver(t *testing.T, path, text string) {
	t.Helper()
	beside := filepath.Join(filepath.Dir(path), ".mockbank.yaml.swp")
	write(t, beside, text)
	must(t, os.Rename(beside, path))
}

func truncateAndWrite(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	must(t, err)
	// Half of a file is no configuration, and is there for a moment.
	for _, half := range []string{text[:len(text)/2], text[len(text)/2:]} {
		_, err := file.WriteString(half)
		must(t, err)
		must(t, file.Sync())
	}
	must(t, file.Close())
}

func deleteAndRecreate(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.Remove(path))
	write(t, path, text)
}

// placeConfigMap lays files down as the kubelet does: mockbank.yaml -> ..data/mockbank.yaml, and
// ..data -> a folder of one version, which a rename replaces.
func placeConfigMap(t *testing.T, folder, first string) (string, func(string)) {
	versions := 0
	save := func(text string) {
		versions++
		version := fmt.Sprintf("..2026_%d", versions)
		must(t, os.Mkdir(filepath.Join(folder, version), 0o755))
		write(t, filepath.Join(folder, version, "mockbank.yaml"), text)
		beside := filepath.Join(folder, "..data_tmp")
		must(t, os.Symlink(version, beside))
		must(t, os.Rename(beside, filepath.Join(folder, "..data")))
		if versions > 1 {
			must(t, os.RemoveAll(filepath.Join(folder, fmt.Sprintf("..2026_%d", versions-1))))
		}
	}
	save(first)
	config := filepath.Join(folder, "mockbank.yaml")
	must(t, os.Symlink(filepath.Join("..data", "mockbank.yaml"), config))
	return config, save
}

// placeIncluded saves all but the first version as a file of their own, which the main file includes
// by a pattern that matches nothing yet.
func placeIncluded(t *testing.T, folder, first string) (string, func(string)) {
	team := filepath.Join(folder, "team")
	must(t, os.Mkdir(team, 0o755))
	config := filepath.Join(folder, "mockbank.yaml")
	write(t, config, first)
	return config, func(text string) { write(t, filepath.Join(team, "added.yaml"), text) }
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
