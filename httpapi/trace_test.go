package httpapi

import "testing"

func TestTraceOf(t *testing.T) {
	t.Parallel()
	const id, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	known := trace{id, span}
	for header, want := range map[string]trace{
		"00-" + id + "-" + span + "-01":                  known,
		" 00-" + id + "-" + span + "-00 ":                known,
		"01-" + id + "-" + span + "-01-what-comes-later": known,
		"":                                   {},
		"00-" + id + "-" + span:              {},
		"00-" + id + "-" + span + "-01-more": {},
		"ff-" + id + "-" + span + "-01":      {},
		"00-4BF92F3577B34DA6A3CE929D0E0E4736-" + span + "-01":          {},
		"00-00000000000000000000000000000000-" + span + "-01":          {},
		"00-" + id + "-0000000000000000-01":                            {},
		"00-" + id + "-" + span + "-0":                                 {},
		"00-" + id[1:] + "-" + span + "-01":                            {},
		"00-" + id + "-" + span + "-01, 00-" + id + "-" + span + "-01": {},
		"0-" + id + "-" + span + "-01":                                 {},
		"00-" + id + "-" + span[:15] + "\n-01":                         {},
		"00-4bf92f3577b34da6a3ce929d0e0e473\u00df-00f067aa0ba902b7-01": {},
	} {
		if got := traceOf(header); got != want {
			t.Errorf("%q: %+v, want %+v", header, got, want)
		}
	}
}
