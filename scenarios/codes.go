package scenarios

import "slices"

// CodeInfo explains a kind of problem. docs/diagnostics.md is made of these.
type CodeInfo struct {
	Code     Code
	Severity Severity
	// Summary says in one line what is wrong.
	Summary string
	// Explanation says why it matters and what to do.
	Explanation string
	// Bad shows the problem, Mended its mend: parts of a configuration file, or, where they begin with
	// "$ ", what is done on a command line.
	Bad, Fixed string
}

// Codes lists every kind of problem in the order of the documentation.
func Codes() []CodeInfo {
	return slices.Concat(fileCodes, includeCodes, valueCodes, nameCodes, flowCodes, returnCodes, importCodes, respondCodes, webhookCodes,
		apiCodes, whenCodes,
		secretCodes, lintCodes)
}

var severities = func() map[Code]Severity {
	all := make(map[Code]Severity)
	for _, info := range Codes() {
		all[info.Code] = info.Severity
	}
	return all
}()

// Severity returns whether problems of this kind refuse a configuration.
func (c Code) Severity() Severity { return severities[c] }
