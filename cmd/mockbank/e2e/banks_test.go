package e2e

import (
	"slices"
	"testing"
)

// bank is a bank as an API shows it: version 3 in snake_case, version 1 in camelCase.
type bank struct {
	Slug         string `json:"slug"`
	SlugV1       string `json:"bankSlug"`
	IsMockBank   bool   `json:"is_mock_bank"`
	IsMockBankV1 bool   `json:"isMockBank"`
}

// slug is the bank's slug, in whichever version the answer was.
func (b bank) slug() string { return b.Slug + b.SlugV1 }

func TestBanks(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for _, base := range []string{basePath, "/api/v1"} {
		for query, want := range map[string][]string{
			"":                                 {"SampleBank"},
			"?is_mock_bank=false":              {"SampleBank"},
			"?is_mock_bank=true":               {"MockBank"},
			"?is_mock_bank=any":                {"MockBank", "SampleBank"},
			"?is_mock_bank=any&search=mock":    {"MockBank"},
			"?is_mock_bank=any&search=nothing": {},
		} {
			t.Run(base+"/banks"+query, func(t *testing.T) {
				t.Parallel()
				page := into[struct{ Banks []bank }](t, s.do(t, "GET", base+"/banks"+query, nil), 200)
				slugs := []string{}
				for _, b := range page.Banks {
					slugs = append(slugs, b.slug())
				}
				if slices.Sort(slugs); !slices.Equal(slugs, want) {
					t.Errorf("banks %v, want %v", slugs, want)
				}
			})
		}
		for slug, mock := range map[string]bool{"MockBank": true, "SampleBank": false} {
			if got := into[bank](t, s.do(t, "GET", base+"/banks/"+slug, nil), 200); got.slug() != slug || (got.IsMockBank || got.IsMockBankV1) != mock {
				t.Errorf("%s is %+v, want is_mock_bank %t", slug, got, mock)
			}
		}
		into[problem](t, s.do(t, "GET", base+"/banks/NoSuchBank", nil), 404)
		into[problem](t, s.do(t, "GET", base+"/banks?is_mock_bank=perhaps", nil), 422)
	}
}
