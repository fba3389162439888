package scenarios

import (
	"testing"

	"gopkg.in/yaml.v3"
)

// TestAMappingsOwnKeysComeBeforeMergedOnes: wherever the merge stands, and within a merged mapping too.
func TestAMappingsOwnKeysComeBeforeMergedOnes(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"merged first":     "{<<: {k: merged, more: m}, k: own}",
		"merged last":      "{k: own, <<: {k: merged, more: m}}",
		"first of a list":  "{<<: [{k: own}, {k: merged, more: m}]}",
		"merged in merged": "{<<: {<<: {k: merged, more: m}, k: own}}",
	} {
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		mapping, said := document.Content[0], ""
		for key, value := range pairs(mapping) {
			said += key.Value + "=" + value.Value + " "
		}
		if _, value := lookUp(mapping, "k"); value == nil || value.Value != "own" {
			t.Errorf("%s: k is %v", name, value)
		}
		if said != "k=own more=m " {
			t.Errorf("%s: all are %s", name, said)
		}
	}
}
