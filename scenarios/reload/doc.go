// Package reload keeps a configuration live: it watches the folders, loads what was saved and hands over
// only what is good. It alone knows how the system tells of changed files.
package reload
