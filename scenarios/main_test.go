package scenarios

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

// update writes what the tests compare with, where the change is meant.
var update = flag.Bool("update", false, "write the expected files anew")

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}
