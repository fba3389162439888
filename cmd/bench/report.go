package main

import (
	"encoding/json"
	"errors"
	"os"
)

// write puts the results where the flags say.
func (b *bench) write() error {
	var errs []error
	if b.json != "" {
		text, err := json.MarshalIndent(b.results, "", "\t")
		errs = append(errs, errors.Join(err, os.WriteFile(b.json, append(text, '\n'), 0o644)))
	}
	if b.report != "" {
		errs = append(errs, b.results.WriteReport(b.report))
	}
	return errors.Join(append(errs, b.results.Print(os.Stdout))...)
}
