package main

import (
	"os"
	"strings"
	"testing"
)

// Both deployments play what mockbank.yaml does, from its banks on.
func TestDeploymentsPlayTheSpecification(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	const begin = "# The banks that clients can choose."
	_, want, found := strings.Cut(read("mockbank.yaml"), begin)
	if !found {
		t.Fatalf("mockbank.yaml has no %q", begin)
	}
	for _, name := range []string{"deploy/compose/conf/mockbank.yaml", "deploy/kubernetes/configmap.yaml"} {
		_, got, _ := strings.Cut(strings.ReplaceAll(read(name), "\n    ", "\n"), begin)
		if name == "deploy/compose/conf/mockbank.yaml" {
			_, got, _ = strings.Cut(read(name), begin)
		}
		if got != want {
			t.Errorf("%s does not play what mockbank.yaml does: copy the part from %q on", name, begin)
		}
	}
}
