package main

import (
	"runtime/debug"
	"testing"

	"github.com/mockbank/mockbank/cmd/app"
)

func TestBuild(t *testing.T) {
	t.Parallel()
	checkout := func(modified string) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "0123abcd"}, {Key: "vcs.time", Value: "2026-11-28T10:00:00Z"}, {Key: "vcs.modified", Value: modified},
		}}
	}
	for name, test := range map[string]struct {
		info *debug.BuildInfo
		want app.Build
	}{
		"nothing is known": {nil, app.Build{Version: "unknown"}},
		"go install":       {&debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, app.Build{Version: "v1.2.3"}},
		"a checkout":       {checkout("false"), app.Build{Version: "v1.2.3", Commit: "0123abcd", Date: "2026-11-28T10:00:00Z"}},
		"a changed one":    {checkout("true"), app.Build{Version: "v1.2.3", Commit: "0123abcd (modified)", Date: "2026-11-28T10:00:00Z"}},
	} {
		if got := build(test.info); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}
