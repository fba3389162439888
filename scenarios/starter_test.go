package scenarios

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStarterIsInOrder(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(name, Starter(), 0o600); err != nil {
		t.Fatal(err)
	}
	_, report := Load(t.Context(), name, Options{})
	for _, problem := range report.Diagnostics {
		t.Error(problem)
	}
}
