package httpapi

import (
	"slices"
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
		"?unknown=1":                    {"OtherBank", "SampleBank"},
	}
	s := start(t)
	for query, want := range tests {
		for _, path := range []string{base + "/banks", "/api/v1/banks"} {
			if got := s.pages(path+query, "banks", "slug"); !slices.Equal(got, want) {
				t.Errorf("%s%s: %q, want %q", path, query, got, want)
			}
		}
	}
}

func TestShowBank(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{base + "/banks/", "/api/v1/banks/"} {
		if got := s.get(path + "MockBank").want(200); got.field("is_mock_bank") != true || got.field("multibanking_api_provider") != nil {
			t.Errorf("%s", got.Body)
		}
		if got := s.get(path + "SampleBank").want(200); got.text("multibanking_api_provider") != "finapi" {
			t.Errorf("%s", got.Body)
		}
		s.get(path+"NoBank").wantProblem(404, "not_found")
	}
}
