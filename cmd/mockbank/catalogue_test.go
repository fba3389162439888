package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/catalogue"
)

func loadPacks(t *testing.T) []scenarios.Pack {
	t.Helper()
	packs, err := scenarios.Packs(catalogue.Files)
	if err != nil {
		t.Fatal(err)
	}
	return packs
}

func TestCatalogueTable(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := listCatalogue(&out, "table"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"catalogue:imports\nImports that stall", "  importStalls", "stays at 60 % for 20 minutes", "actual-server (issue 415)",
		"  lockAfter3, attempt 3..", `  delay_(?P<seconds>\d{1,3})s`, "Flanks, Insurely",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
}

func TestCatalogueJSON(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := listCatalogue(&out, "json"); err != nil {
		t.Fatal(err)
	}
	var list struct{ Packs []packJSON }
	if err := json.Unmarshal([]byte(out.String()), &list); err != nil {
		t.Fatal(err)
	}
	packs := loadPacks(t)
	if len(list.Packs) != len(packs) {
		t.Fatalf("%d packs, want %d", len(list.Packs), len(packs))
	}
	for i, pack := range packs {
		if got := list.Packs[i]; got.Name != pack.Name || len(got.Scenarios) != len(pack.Scenarios) || len(got.Scenarios) == 0 {
			t.Errorf("pack %+v, want %s", got, pack.Name)
		}
		for _, one := range list.Packs[i].Scenarios {
			if one.Trigger == "" || one.Outcome == "" || len(one.SeenAt) == 0 {
				t.Errorf("scenario %+v", one)
			}
		}
	}
}

// What is shown can be made one's own: saved beside a configuration, it is as good as the pack.
func TestCatalogueShowPrintsWhatCanBeCopied(t *testing.T) {
	t.Parallel()
	for _, pack := range loadPacks(t) {
		var out strings.Builder
		if err := showPack(&out, "catalogue:"+pack.Name); err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		for name, text := range map[string]string{
			"own.yaml":      out.String(),
			"mockbank.yaml": "default_bank: MockBank\nbanks: [{slug: MockBank}]\ninclude: own.yaml\nscenarios:\n  - {name: rest, authentication: AUTHENTICATION_FAILED}\n",
		} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		config, report := scenarios.Load(t.Context(), filepath.Join(folder, "mockbank.yaml"), scenarios.Options{})
		if config == nil || len(report.Diagnostics) > 0 || len(config.Rules.Scenarios) != len(pack.Scenarios)+1 {
			t.Errorf("a copy of %s: %v", pack.Name, report.Diagnostics)
		}
	}
}

func TestCatalogueMistakes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"import": `did you mean imports`, "zzzzzz": "families, "} {
		if err := showPack(&strings.Builder{}, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("show %s: %v, want %q", name, err, want)
		}
	}
	if err := listCatalogue(&strings.Builder{}, "xml"); err == nil || !strings.Contains(err.Error(), "table, json or markdown") {
		t.Errorf("format xml: %v", err)
	}
}

// The language says what banks do in few lines.
func TestCasesAreSaidInFewLines(t *testing.T) {
	t.Parallel()
	all := saidIn(loadPacks(t))
	if middle := median(all); len(all) < 60 || middle > 6 {
		t.Errorf("%d cases, %d lines in the middle", len(all), middle)
	}
}

func TestCataloguePageAgrees(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/catalogue.md")
	if err != nil || string(page) != packPage(loadPacks(t)) {
		t.Errorf("docs/catalogue.md differs from the packs (%v): go generate ./cmd/mockbank", err)
	}
}
