// Package edit changes a configuration file and keeps the rest of its text, comments and empty lines
// included: [Format] brings it into its canonical form, [Add] puts a scenario into it.
package edit
