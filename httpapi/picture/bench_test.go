package picture

import (
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// BenchmarkDraw is what the first answer with a picture takes.
func BenchmarkDraw(b *testing.B) {
	for name, shown := range map[string]subject{
		"photo":      {kind: engine.ChallengePhoto, shows: "123456", code: "123456", process: "4e5f6071", language: "de"},
		"QR":         {kind: engine.ChallengeQR, shows: "123456", code: "123456"},
		"longest QR": {kind: engine.ChallengeQR, code: strings.Repeat("x", engine.MaxQRText)},
		"flicker":    {kind: engine.ChallengeFlicker, shows: "123456", code: "123456"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := shown.draw(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPoll is what each later answer takes, with and without a picture.
func BenchmarkPoll(b *testing.B) {
	for name, challenge := range map[string]engine.ChallengeState{
		"photo": {Kind: engine.ChallengePhoto, Shows: "123456"},
		"text":  {Kind: engine.ChallengeText},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := For(&challenge, processID, "de"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
