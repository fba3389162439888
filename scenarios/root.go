package scenarios

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const packPrefix = "catalogue:"

// root is a set of files that includes can reach: the configuration's folder, or the catalogue.
type root struct {
	files fs.FS
	// folder is how the user names the room; packs stand behind "catalogue:".
	folder string
	packs  bool
	// edited holds texts to read in place of files, by their full paths; see [Options].
	edited map[string]string
}

// display returns a file's name as reports show it.
func (r *root) display(name string) string {
	if r.packs {
		return packPrefix + strings.TrimSuffix(name, ".yaml")
	}
	return filepath.Join(r.folder, filepath.FromSlash(name))
}

// yamlFiles lists the configuration files of a folder by name.
func (r *root) yamlFiles(folder string) ([]string, error) {
	entries, err := fs.ReadDir(r.files, folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if IsConfigFile(entry.Name()) && !entry.IsDir() {
			names = append(names, path.Join(folder, entry.Name()))
		}
	}
	return names, nil
}

// isFolder reports whether an entry is a folder, or a link to one.
func (r *root) isFolder(name string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.IsDir()
	}
	info, err := fs.Stat(r.files, name)
	return err == nil && info.IsDir()
}

// IsConfigFile reports whether a file of this name is loaded from a folder: *.yaml or *.yml, but
// neither a test nor a hidden file.
func IsConfigFile(name string) bool {
	base, extension := path.Base(name), path.Ext(name)
	if extension != ".yaml" && extension != ".yml" || strings.HasPrefix(base, ".") {
		return false
	}
	return !strings.HasSuffix(strings.TrimSuffix(base, extension), "_test")
}

// read returns a file's text.
func (r *root) read(name string) (string, error) {
	if len(r.edited) > 0 && !r.packs {
		if text, ok := r.edited[fullPath(r.display(name))]; ok {
			return text, nil
		}
	}
	info, err := fs.Stat(r.files, name)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errNotRegular // opening a pipe would wait for ever
	}
	file, err := r.files.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // only read from
	return readLimited(file, info.Size())
}

// readNamed reads a file by its name outside of any room.
func readNamed(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // only read from
	return readLimited(file, 0)
}

// hashName names a file within its room, so that the same configuration has the same hash in every
// folder that it is copied to.
func (r *root) hashName(name string) string {
	if r.packs {
		return packPrefix + name
	}
	return name
}

// packNames lists the packs of a catalogue.
func (r *root) packNames() []string {
	if r.files == nil {
		return nil
	}
	files, err := r.yamlFiles(".")
	if err != nil {
		return nil
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, path.Ext(file))
	}
	return files
}

// existingFolder is the folder, or the nearest one above it that is there.
func existingFolder(r *root, folder string) string {
	for folder != "." {
		if info, err := fs.Stat(r.files, folder); err == nil && info.IsDir() {
			break
		}
		folder = path.Dir(folder)
	}
	return folder
}

// mainLast moves the main file to the end of the names, and returns its name or "".
func mainLast(names []string) ([]string, string) {
	for _, main := range mainNames {
		for i, name := range names {
			if name == main {
				return append(append(names[:i:i], names[i+1:]...), main), main
			}
		}
	}
	return names, ""
}

var errNotRegular = errors.New("not a regular file")
