// Package scenarios is the scenario language: it reads YAML, says what is wrong with it, and compiles
// it into the rules that package engine plays.
//
// The language is described once, by the types in language.go, their comments and their tags: the
// decoder, the schema and the reference page all come from there. A file takes this way:
//
//	read -> check the bytes -> yaml nodes -> decode -> merge files -> compile -> lint
//
// Every step reports what it finds and goes on, so that one [Load] tells all problems of all files
// at once, in the language's own words. Errors refuse the configuration, warnings do not.
//
// Two rooms lie beside it: package reload keeps a configuration live, package edit changes a file and
// keeps the rest of its text.
package scenarios
