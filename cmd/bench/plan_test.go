package main

import (
	"slices"
	"strings"
	"testing"
)

func TestReadPlan(t *testing.T) {
	t.Parallel()
	p, err := readPlan([]string{"--stubs", "10, 1000", "--only", "wiremock", "--peer", "hoverfly=bin/hoverfly", "--cache", "cache"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.stubs, []int{10, 1000}) || !slices.Equal(p.only, []string{"wiremock"}) || p.peers["hoverfly"] != "bin/hoverfly" {
		t.Errorf("plan %+v", p)
	}
}

func TestReadPlanRefuses(t *testing.T) {
	t.Parallel()
	for arguments, want := range map[string]string{
		"--stubs 0":        "--stubs",
		"--stubs ten":      `"ten"`,
		"--stubs ,":        "at least one",
		"--parts walk":     `no "walk"`,
		"--rounds 0":       "--rounds",
		"--peer hoverfly":  "NAME=PATH",
		"--connections -1": "--connections",
		"--rows 10":        "--rows",
		"--database mysql": `no "mysql"`,
	} {
		if _, err := readPlan(strings.Fields(arguments)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one that names %s", arguments, err, want)
		}
	}
}
