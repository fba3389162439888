package engine

import (
	"testing"
	"time"
)

// RFC 6238, appendix B; the key is "12345678901234567890".
func TestTOTP(t *testing.T) {
	t.Parallel()
	code := TOTP{Secret: "gezd gnbv gy3t qojq GEZDGNBVGY3TQOJQ", Digits: 8, Period: 30 * time.Second}
	for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1234567890: "89005924", 20000000000: "65353130"} {
		if got := code.Code(time.Unix(at, 0)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
	for _, bad := range []TOTP{{"1", 6, time.Second}, {"", 6, time.Second}, {"GEZD", 5, time.Second}, {"GEZD", 6, time.Millisecond}} {
		if bad.Check() == nil || bad.Code(time.Unix(1, 0)) != "" {
			t.Errorf("%+v has a code", bad)
		}
	}
}

func TestAMatcherKnowsTheCodeOfItsMoment(t *testing.T) {
	t.Parallel()
	code := TOTP{Secret: "GEZDGNBVGY3TQOJQ", Digits: 6, Period: 30 * time.Second}
	now := time.Unix(1_800_000_000, 0)
	either := Matcher{OneOf: []Matcher{{TOTP: &code}, Literal("000000")}}
	other := Matcher{Not: &Matcher{TOTP: &code}}
	current, before := code.Code(now), code.Code(now.Add(-time.Minute))
	if current == before {
		t.Fatal("the codes of two minutes are the same: take another moment")
	}
	for text, want := range map[string]bool{current: true, "000000": true, before: false, "": false} {
		if got := either.MatchAt(text, now); got != want {
			t.Errorf("one of: %q is %v", text, got)
		}
	}
	if other.MatchAt(current, now) || !other.MatchAt(before, now) {
		t.Error("not: a code is not told from others")
	}
	if either.Match(current) || either.MatchesAll() || (&Matcher{TOTP: &code}).MatchesAll() {
		t.Error("a code matches without a moment")
	}
}
