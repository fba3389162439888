package engine

import (
	"fmt"
	"testing"
)

// TestAFlowInUseStaysCached: however many others come, one that is asked for again and again is not forgotten, and there
// is a bound.
func TestAFlowInUseStaysCached(t *testing.T) {
	t.Parallel()
	var cache flowCache
	used := &Flow{hash: "used"}
	cache.put(used)
	for i := range 5 * maxCachedFlows {
		cache.put(&Flow{hash: fmt.Sprint(i)})
		if i%1000 == 0 {
			if flow, ok := cache.get("used"); !ok || flow != used {
				t.Fatalf("forgotten after %d others", i)
			}
		}
		if all := len(cache.recent) + len(cache.older); all > maxCachedFlows {
			t.Fatalf("%d flows are kept", all)
		}
	}
	if _, ok := cache.get("0"); ok {
		t.Error("one that nobody asks for is kept")
	}
}
