package scenariotest

import "testing"

// Requests to declared apis meet the faults, limits and shaped answers that clients meet.
func TestRequestsMeetFaults(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/requests.yaml", "testdata/requests_test.yaml").Run(t.Context()))
}
