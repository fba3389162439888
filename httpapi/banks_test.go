package httpapi

import (
	"slices"
	"strings"
	"testing"
)

func TestListBanks(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"":                              {"OtherBank", "SampleBank"},
		"?is_mock_bank=false":           {"OtherBank", "SampleBank"},
		"?is_mock_bank=true":            {"MockBank"},
		"?is_mock_bank=any":             {"MockBank", "OtherBank", "SampleBank"},
		"?is_mock_bank=any&limit=1":     {"MockBank", "OtherBank", "SampleBank"},
		"?search=sAMPle":                {"SampleBank"},
		"?search=mock":                  nil,
		"?multibanking_provider=finapi": {"SampleBank"},
		"?multibanking_provider=none":   nil,
		"?_=1700000000":                 {"OtherBank", "SampleBank"},
	}
	camel := strings.NewReplacer("is_mock_bank", "isMockBank", "multibanking_provider", "multibankingProvider")
	s := start(t)
	for query, want := range tests {
		if got := s.pages(base+"/banks"+query, "banks", "slug", "next_cursor"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
		for _, v1 := range []string{query, camel.Replace(query)} {
			if got := s.pages(banksPath+v1, "banks", "bankSlug", "nextCursor"); !slices.Equal(got, want) {
				t.Errorf("version 1, %s: %q, want %q", v1, got, want)
			}
		}
	}
}

func TestShowBank(t *testing.T) {
	t.Parallel()
	s := start(t)
	if got := s.get(base + "/banks/MockBank").want(200); got.field("is_mock_bank") != true || got.field("multibanking_api_provider") != nil {
		t.Errorf("%s", got.Body)
	}
	if got := s.get(base + "/banks/SampleBank").want(200); got.text("multibanking_api_provider") != "finapi" {
		t.Errorf("%s", got.Body)
	}
	for _, path := range []string{base + "/banks/", "/api/v1/banks/"} {
		s.get(path+"NoBank").wantProblem(404, "not_found")
	}
}

// Version 1 is camelCase: all that it gives, and under sessions too.
func TestBanksOfVersion1(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{banksPath, "/sessions/run-1" + banksPath} {
		list := s.get(path + "?limit=1").want(200)
		one := s.get(path + "/SampleBank").want(200)
		if one.text("bankSlug") != "SampleBank" || one.text("multibankingApiProvider") != "finapi" || one.field("isMockBank") != false {
			t.Errorf("%s", one.Body)
		}
		for _, got := range []answered{list, one} {
			if strings.Contains(got.Body.String(), "_") {
				t.Errorf("a name that is not camelCase: %s", got.Body)
			}
		}
	}
	s.get(banksPath + "?isMockBank=true&is_mock_bank=true").want(200)
	s.get(banksPath+"?isMockBank=true&is_mock_bank=false").wantProblem(422, "invalid_parameters")
	s.get(banksPath+"?isMockBank=yes").wantProblem(422, "invalid_parameters")
	s.get(base+"/banks?isMockBank=true").wantProblem(422, "invalid_parameters")
}
