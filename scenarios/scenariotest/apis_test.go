package scenariotest

import "testing"

func TestWhatNoPackNeedsOfAnAPI(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/apis.yaml", "testdata/apis_test.yaml").Run(t.Context()))
}
