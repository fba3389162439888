package scenarios

import "testing"

// TestACounterIsReportedOnceAtItsPosition: however many scenarios take its condition over.
func TestACounterIsReportedOnceAtItsPosition(t *testing.T) {
	t.Parallel()
	_, report := loadText(t, `
scenarios:
  - {name: "locked-${n}", for: {n: [a, b]}, when: {username: "${n}", password: any, counters: {wrnog: 2..}}, authentication: AUTHENTICATION_FAILED}
  - {name: too, like: locked-a, when: {username: c}}
  - {name: all, when: {bank: any, username: any, password: any}, authentication: AUTHENTICATED}
`)
	if len(report.Diagnostics) != 1 || report.Diagnostics[0].Code != CodeNoSuchCounter || report.Diagnostics[0].Line != 3 {
		t.Errorf("it is reported: %v", report.Diagnostics)
	}
}
