package locale

import (
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header string
		offers []string
		want   string
	}{
		{"", []string{"en", "de"}, "en"},
		{"de", []string{"en", "de"}, "de"},
		{"de-AT,de;q=0.9,en;q=0.5", []string{"en", "de"}, "de"},
		{"en;q=0.3, de;q=0.8", []string{"en", "de"}, "de"},
		{"fr, de;q=0.1", []string{"en", "de"}, "de"},
		{"fr", []string{"en", "de"}, "en"},
		{"*", []string{"en", "de"}, "en"},
		{"pt-BR", []string{"en", "pt"}, "pt"},
		{"\x00;;q=x", []string{"en", "de"}, "en"},
		{strings.Repeat("de-", 5000), []string{"en", "de"}, "en"},
		{"de", []string{"en"}, "en"},
		{"de", nil, ""},
	} {
		if got := Choose(c.header, c.offers...); got != c.want {
			t.Errorf("%.40q of %q: %q, want %q", c.header, c.offers, got, c.want)
		}
	}
}
