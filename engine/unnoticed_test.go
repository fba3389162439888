package engine

import (
	"testing"
	"time"
)

// TestSecretHeaders: what a header of one of these names brings is in no explanation.
func TestSecretHeaders(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]bool{
		"Authorization": true, "Cookie": true, "X-Csrf-Token": true, "X-Api-Key": true, "Client-Secret": true, "X-Password": true,
		"User-Agent": false, "Accept-Language": false,
	} {
		if got := secretHeader(name); got != secret {
			t.Errorf("%s is secret: %t", name, got)
		}
	}
}

// TestAFlowKeepsItsRowsName: a body that an earlier version wrote may encode to another hash today, and is still the row's flow.
func TestAFlowKeepsItsRowsName(t *testing.T) {
	t.Parallel()
	var cache flowCache
	written := frozen(t, step("a", DecoupledAuthRequired, after(time.Second, "yes")), yes())
	flow, err := cache.decode("of an earlier version", written.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if kept, ok := cache.get("of an earlier version"); !ok || kept != flow || flow.Hash() != "of an earlier version" {
		t.Errorf("it is kept (%t) as %q", ok, flow.Hash())
	}
}
