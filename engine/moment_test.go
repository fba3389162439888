package engine

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestFormatTime(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	far := time.FixedZone("far", 13*3600+45*60)
	for range 10_000 {
		at := time.Unix(r.Int64N(2*253402300800)-253402300800/4, r.Int64N(1e9)).In(far)
		if at.UTC().Year() > 9999 || at.UTC().Year() < 0 {
			continue
		}
		if got, want := FormatTime(at), at.UTC().Format("2006-01-02T15:04:05.000Z"); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
}

func BenchmarkFormatTime(b *testing.B) {
	at := time.Date(2026, 11, 26, 2, 34, 6, 123456789, time.UTC)
	b.Run("own", func(b *testing.B) {
		for b.Loop() {
			FormatTime(at)
		}
	})
	b.Run("time", func(b *testing.B) {
		for b.Loop() {
			_ = at.Format("2006-01-02T15:04:05.000Z")
		}
	})
}
