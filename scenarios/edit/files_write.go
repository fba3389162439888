package edit

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/mockbank/mockbank/scenarios"
)

// Write gives a file a new text, where it is as the writer saw it last: seen is its [Tag] then, or "" for a file that is
// not there yet. A text with errors is not written; the report says what is wrong. A new file must be part of the
// configuration, as an include or its folder finds it, or hold tests. It returns [ErrNotEditable], [ErrChanged] and
// [ErrTooLarge].
func (f *Files) Write(ctx context.Context, relative, text, seen string, loaded []string) (*scenarios.Report, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(text) > MaxFile {
		return nil, ErrTooLarge
	}
	if !fs.ValidPath(relative) || !isYAML(relative) {
		return nil, ErrNotEditable
	}
	now, err := f.read(relative)
	switch {
	case errors.Is(err, fs.ErrNotExist) && seen == "":
		return f.create(ctx, relative, text)
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrChanged
	case err != nil:
		return nil, err
	}
	if err := f.editable(relative, loaded); err != nil {
		return nil, err
	}
	if Tag(now) != seen {
		return nil, ErrChanged
	}
	report := f.Diagnose(ctx, relative, text)
	if report.HasErrors() {
		return report, nil
	}
	f.before[relative] = now
	return report, Replace(f.full(relative), []byte(text))
}

// create writes a new file, and takes it away where it is no part of the configuration or has errors.
func (f *Files) create(ctx context.Context, relative, text string) (*scenarios.Report, error) {
	full := f.full(relative)
	if err := f.within(filepath.Dir(full)); err != nil {
		return nil, err
	}
	if scenarios.IsTestFile(relative) {
		if report := f.Diagnose(ctx, relative, text); report.HasErrors() {
			return report, nil
		}
		return &scenarios.Report{}, Create(full, []byte(text))
	}
	made := absent(filepath.Dir(full))
	if err := Create(full, []byte(text)); err != nil {
		return nil, err
	}
	_, report := scenarios.Load(ctx, f.main, f.options)
	part := slices.ContainsFunc(report.Files, func(file scenarios.File) bool {
		own, ok := f.relative(file.Name)
		return ok && own == relative
	})
	switch {
	case !part:
		return nil, errors.Join(ErrNotEditable, takeAway(full, made))
	case report.HasErrors():
		return report, takeAway(full, made)
	}
	return report, nil
}

// absent returns the folders that are not there yet, of which the last is the outermost.
func absent(folder string) []string {
	var all []string
	for {
		if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
			return all
		}
		all, folder = append(all, folder), filepath.Dir(folder)
	}
}

// takeAway removes a file, and the folders that were made for it.
func takeAway(name string, made []string) error {
	if err := os.Remove(name); err != nil {
		return err
	}
	for _, folder := range made {
		if os.Remove(folder) != nil {
			break // somebody else put something there
		}
	}
	return nil
}

// within refuses a folder that is not in the configuration's, wherever links lead.
func (f *Files) within(folder string) error {
	home, err := filepath.EvalSymlinks(f.folder)
	if err != nil {
		return err
	}
	target, err := filepath.EvalSymlinks(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return f.within(filepath.Dir(folder))
	}
	if err != nil {
		return err
	}
	relative, err := filepath.Rel(home, target)
	if err != nil || relative != "." && !fs.ValidPath(filepath.ToSlash(relative)) {
		return ErrNotEditable
	}
	return nil
}

// Replace gives a file a new content at once: whoever reads it, such as a running bank, sees the old one or the new
// one, never a part. A link goes on pointing to the file. A file that is mounted by itself, which nothing can take
// the place of, is written in place.
func Replace(name string, content []byte) error {
	name, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	// Hidden files are no part of a configuration.
	next, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return os.WriteFile(name, content, info.Mode().Perm())
	}
	if err != nil {
		return err
	}
	_, err = next.Write(content)
	err = errors.Join(err, next.Chmod(info.Mode().Perm()), next.Sync(), next.Close())
	if err == nil {
		err = os.Rename(next.Name(), name)
	}
	if err == nil {
		return nil
	}
	removed := os.Remove(next.Name())
	if errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EXDEV) {
		return errors.Join(os.WriteFile(name, content, info.Mode().Perm()), removed)
	}
	return errors.Join(err, removed)
}

// Create writes a file that is not there yet, in a folder that need not be there either.
func Create(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Sync(), file.Close())
}
