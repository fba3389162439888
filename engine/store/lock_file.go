package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// ownerPatience is how long a start waits for the process that has the file: it may be ending.
const ownerPatience = time.Second

// ownedFile is the hold that this process has on an SQLite file until it is closed. Rows, sessions and flows are
// cached, which another writer would make wrong. Other SQLite clients can read all the while.
//
// What is held is a lock (flock) on the database's own inode, so that one file has one owner whatever it is called:
// a hard link, or a mount of the file elsewhere, leads to the same inode. SQLite locks ranges of bytes, which is
// another kind of lock, so that readers stay free. The system lets go of it however the process ends.
//
// The descriptor stays open for as long as SQLite has the file open: to close any descriptor of a file ends all
// locks on ranges of it that the process has, SQLite's too. For the same reason a file that this process has
// already is never opened a second time.
type ownedFile struct {
	path string // without links
	file *os.File
	info os.FileInfo
	note string // where the process's number stands; "" where it could not be written
}

// owned are the files that this process has.
var owned struct {
	sync.Mutex
	files []os.FileInfo
}

// errOwned says that somebody else has the file.
var errOwned = errors.New("another mockbank is using it")

// takeFile makes this process the only mockbank on an SQLite file, which is created where it is missing.
func takeFile(ctx context.Context, path string, patience time.Duration) (*ownedFile, error) {
	deadline := time.Now().Add(min(patience, ownerPatience))
	for {
		o, err := tryFile(path)
		switch {
		case err == nil:
			o.writeNote()
			return o, nil
		case !errors.Is(err, errOwned) || time.Now().After(deadline):
			return nil, err
		}
		timer := time.NewTimer(25 * time.Millisecond)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, err
		}
	}
}

func tryFile(path string) (*ownedFile, error) {
	owned.Lock()
	defer owned.Unlock()
	if info, err := os.Stat(path); err == nil && isOwned(info) {
		return nil, fmt.Errorf("%w in this very process: name another file", errOwned)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be opened for writing: %w", cause(err))
	}
	info, err := lockOpened(file, path)
	if err != nil {
		_ = file.Close() // nothing was written
		return nil, err
	}
	owned.files = append(owned.files, info)
	return &ownedFile{path: path, file: file, info: info}, nil
}

// lockOpened locks the file, and makes sure that it is still the one at the path.
func lockOpened(file *os.File, path string) (os.FileInfo, error) {
	switch taken, err := lockFile(file); {
	case err != nil:
		return nil, fmt.Errorf("the file cannot be locked for this process alone: %w; put it on a local disk", err)
	case !taken:
		return nil, fmt.Errorf("%w%s: end that one, or name another file; many nodes share a PostgreSQL database", errOwned,
			holderOf(file, path))
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if now, err := os.Stat(path); err != nil || !os.SameFile(info, now) {
		return nil, fmt.Errorf("%w: the file was replaced a moment ago", errOwned)
	}
	return info, nil
}

func isOwned(info os.FileInfo) bool {
	for _, other := range owned.files {
		if os.SameFile(info, other) {
			return true
		}
	}
	return false
}

// Close lets go of the file, once SQLite has closed it.
func (o *ownedFile) Close() error {
	owned.Lock()
	defer owned.Unlock()
	for i, other := range owned.files {
		if os.SameFile(o.info, other) {
			owned.files = append(owned.files[:i:i], owned.files[i+1:]...)
			break
		}
	}
	o.removeNote()
	return o.file.Close()
}

// cause is an error of a file without the name of the call and the file, which the message has already.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
