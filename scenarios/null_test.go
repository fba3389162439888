package scenarios

import "testing"

// TestNullAndEmptyAreWhatTheyAre: in the texts of an import, of a bank, and of an error that is its code alone.
func TestNullAndEmptyAreWhatTheyAre(t *testing.T) {
	t.Parallel()
	config, report := loadText(t, `
banks: [{slug: MockBank, name: null, multibanking_api_provider: null}]
scenarios:
  - name: line
    when: {password: line}
    authentication: AUTHENTICATED
    import: {takes: 1s, message: null}
  - name: points
    when: {password: points}
    authentication: AUTHENTICATED
    import: [{after: 1s, message: Reading}, {after: 1s, message: null}, {after: 1s, status: SUCCESS}]
  - name: failed
    when: {bank: any, username: any, password: any}
    authentication: {status: AUTHENTICATION_FAILED, error: ""}
`)
	if config == nil || len(report.Diagnostics) != 0 {
		t.Fatalf("it is reported: %v", report.Diagnostics)
	}
	bank, cases := config.Rules.Banks[0], config.Rules.Scenarios
	if bank.Name != "MockBank" || bank.MultibankingAPIProvider != "" {
		t.Errorf("the bank is %+v", bank)
	}
	if got := cases[0].Flow.Import.Message; got.Default != "" {
		t.Errorf("the line says %q", got)
	}
	if point := cases[1].Flow.Import.Points[1]; point.Message.Default != "" || point.KeepMessage {
		t.Errorf("the point says %q, keeps %t", point.Message, point.KeepMessage)
	}
	if got := cases[2].Flow.Steps[0].Error.Code; got != "" {
		t.Errorf("the code is %q", got)
	}
}

// TestEachNamedMatcherIsChecked: a capture that no group gives is found in every header and field, not in one of them.
func TestEachNamedMatcherIsChecked(t *testing.T) {
	t.Parallel()
	for range 8 { // whatever the order in which a mapping is walked
		_, report := loadText(t, `
scenarios:
  - name: all
    when: {bank: any, username: any, password: any}
    authentication: AUTHENTICATED
    update:
      - {when: {headers: {X-A: "${who}", X-B: plain, X-C: plain}}, takes: 1s}
      - {takes: 2s}
`)
		if !has(report, CodeUnknownPlaceholder) {
			t.Fatalf("it is reported: %v", report.Diagnostics)
		}
	}
}
