package main

import (
	"context"
	"os"
	"sync"
	"testing"
)

// removeBinary removes what [built] has built.
var removeBinary = func() {}

var buildOnce = sync.OnceValues(func() (string, error) {
	binary, remove, err := build(context.Background())
	if err == nil {
		removeBinary = remove
	}
	return binary, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	removeBinary()
	os.Exit(code)
}

// built returns the mockbank that all tests try.
func built(t *testing.T) string {
	t.Helper()
	binary, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// testBank returns a bank that does not run yet, and ends with its test; an empty address is a file.
func testBank(t *testing.T, database string) *bank {
	t.Helper()
	b, err := newBank(built(t), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.close(); err != nil {
			t.Error(err)
		}
	})
	return b
}
