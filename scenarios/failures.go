package scenarios

import (
	_ "embed"
	"reflect"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
)

//go:embed errors.yaml
var errorsFile string

// errorTable is the form of errors.yaml: what is said about an error where a scenario says nothing.
type errorTable struct {
	Position `yaml:"-"`

	Errors   map[string]*Failure `yaml:"errors" required:"true"`
	Other    *Failure            `yaml:"other" required:"true"`
	Standard *standardCodes      `yaml:"standard" required:"true"`
}

// standardCodes are the codes that stand where a scenario names none.
type standardCodes struct {
	Position `yaml:"-"`

	AuthenticationFailed string            `yaml:"authentication_failed" required:"true"`
	ImportFailed         string            `yaml:"import_failed" required:"true"`
	Expired              string            `yaml:"expired" required:"true"`
	NoScenario           string            `yaml:"no_scenario" required:"true"`
	Wrong                map[string]string `yaml:"wrong" required:"true"`
}

// builtInErrors reads errors.yaml, which is part of the program: a mistake in it is a defect.
var builtInErrors = sync.OnceValue(func() *errorTable {
	var table errorTable
	report := &Report{}
	file := &source{name: "errors.yaml", text: errorsFile}
	d := &decoder{file: file, report: report}
	if root := parse(file, report); root != nil {
		decodeStruct(d, root, reflect.ValueOf(&table).Elem(), "the table of errors")
	}
	if report.HasErrors() {
		panic(report.Diagnostics[0].String())
	}
	return &table
})

// failures completes what scenarios say about errors.
type failures struct {
	builtIn  *errorTable
	declared map[string]*Failure
}

// failure is a completed failure with its texts as they are written.
type failure struct {
	engine.Failure
	message, display Wording
}

// complete returns the failure of a code, with what the scenario wrote going before what the
// configuration's table says, and that before what is built in.
func (f failures) complete(written *Failure, standard string) failure {
	if written == nil {
		written = &Failure{}
	}
	code := string(written.Code)
	if code == "" && !written.has("code") && !written.short() {
		code = standard
	}
	failure := failure{Failure: engine.Failure{Code: engine.Text(code)}}
	for _, key := range []string{"code", "message", "display_message", "retryable", "actor"} {
		for _, from := range []*Failure{written, f.declared[code], f.known(code)} {
			if from != nil && from.has(key) {
				failure.take(from, key)
				break
			}
		}
	}
	failure.Message, failure.DisplayMessage = failure.message.localized(), failure.display.localized()
	return failure
}

// short reports whether the failure is written as its code alone, which may be empty.
func (f *Failure) short() bool { return f.node != nil && f.node.Kind == yaml.ScalarNode }

// take takes over a member as it is written, be it null or empty.
func (f *failure) take(from *Failure, key string) {
	empty := false
	switch key {
	case "code":
		empty = f.Code == ""
	case "message":
		f.message, empty = from.Message, from.Message.Text == ""
	case "display_message":
		f.display, empty = from.DisplayMessage, from.DisplayMessage.Text == ""
	case "retryable":
		f.Retryable = from.Retryable != nil && *from.Retryable
	case "actor":
		f.Actor = from.Actor
	}
	switch {
	case from.null(key):
		f.writeAs(key, "null")
	case empty:
		f.writeAs(key, `""`)
	}
}

func (f *failure) writeAs(key, literal string) {
	if f.Verbatim == nil {
		f.Verbatim = make(map[string]string)
	}
	f.Verbatim[key] = literal
}

// known returns what is built in for a code.
func (f failures) known(code string) *Failure {
	if found := f.builtIn.Errors[code]; found != nil {
		return found
	}
	other := *f.builtIn.Other
	other.Message = other.Message.replace("{code}", code)
	return &other
}

// BuiltInError is what mockbank itself says about an error, where a scenario says no more than its code.
type BuiltInError struct {
	Code, Message, DisplayMessage string
	Actor                         engine.Actor
	Retryable                     bool
}

// BuiltInErrors lists what mockbank says about the codes that it knows, by code, in the first language.
func BuiltInErrors() []BuiltInError {
	table := failures{builtIn: builtInErrors(), declared: nil}
	var all []BuiltInError
	for _, code := range BuiltInCodes() {
		known := table.complete(nil, code)
		all = append(all, BuiltInError{code, string(known.Message.Default), string(known.DisplayMessage.Default), known.Actor,
			known.Retryable})
	}
	return all
}
