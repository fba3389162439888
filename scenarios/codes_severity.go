package scenarios

// Severity returns whether problems of this kind refuse a configuration.
func (c Code) Severity() Severity {
	switch c {
	case CodeNeverMatches, CodeNeverFires, CodeNeverPlayed, CodeWaitsForever, CodeImportForever,
		CodeNoCatchAll, CodeUnnamedBank, CodeUnusedStep, CodeUnusedImport, CodeEmptyGlob, CodePointsAfterEnd:
		return SeverityWarning
	}
	return SeverityError
}
