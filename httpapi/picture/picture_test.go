package picture

import (
	"image"
	"strings"
	"sync"
	"testing"

	"golang.org/x/image/draw"

	"github.com/mockbank/mockbank/engine"
)

func TestCodesAreReadBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		asked engine.ChallengeState
		want  string
	}{
		{engine.ChallengeState{Kind: engine.ChallengeQR, Shows: "123456"}, "123456"},
		{engine.ChallengeState{Kind: engine.ChallengeQR, Shows: "0"}, "0"},
		{engine.ChallengeState{Kind: engine.ChallengeQR, Shows: "123456", Number: 17}, "123456 17"},
		{engine.ChallengeState{Kind: engine.ChallengeQR, Shows: "https://bank.example/tan?a=1&b=Ä"}, "https://bank.example/tan?a=1&b=Ä"},
		{engine.ChallengeState{Kind: engine.ChallengeQR, Shows: strings.Repeat("x7-", 166), Number: 1 << 40}, strings.Repeat("x7-", 166) + " 1099511627776"},
		{engine.ChallengeState{Kind: engine.ChallengePhoto, Shows: "123456"}, "123456"},
		{engine.ChallengeState{Kind: engine.ChallengePhoto, Shows: "123456", Number: 2}, "123456 2"},
		{engine.ChallengeState{Kind: engine.ChallengePhoto, Shows: strings.Repeat("Ž", engine.MaxPhotoText), Number: 1 << 40}, strings.Repeat("Ž", engine.MaxPhotoText) + " 1099511627776"},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			p, pixels := drawn(t, c.asked, "de")
			if p.MIMEType != "image/png" || p.OpticalData != "" || p.Base64 == "" {
				t.Errorf("type %q, optical data %q, %.40s", p.MIMEType, p.OpticalData, p.Base64)
			}
			for ground, image := range map[string]image.Image{"light": pixels, "dark": onDark(pixels)} {
				if got := scan(t, image); got != c.want {
					t.Errorf("on %s ground the code reads %q", ground, got)
				}
			}
			if size := len(p.Base64) * 3 / 4; size > 10_000 {
				t.Errorf("%d bytes", size)
			}
		})
	}
}

// A photo says the same to people, in their language.
func TestPhotosAreReadByPeople(t *testing.T) {
	t.Parallel()
	for language, want := range map[string][]string{
		"en": {"photoTAN", "Please enter this TAN:", "908172", "Image 3", "Process 4e5f6071"},
		"de": {"photoTAN", "Bitte geben Sie diese TAN ein:", "908172", "Bild 3", "Vorgang 4e5f6071"},
		"fr": {"Please enter this TAN:"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			_, pixels := drawn(t, engine.ChallengeState{Kind: engine.ChallengePhoto, Shows: "908172", Number: 3}, language)
			text := recognise(t, beside(pixels))
			for _, words := range want {
				if !strings.Contains(text, words) {
					t.Errorf("%q is not read:\n%s", words, text)
				}
			}
		})
	}
}

// beside is the part of a photo beside its code, as large as a screen of many dots shows it.
func beside(photo image.Image) image.Image {
	size := photo.Bounds().Size()
	written := image.Rect(margin+codeSide-4, 1, size.X-1, size.Y-1)
	enlarged := image.NewGray(image.Rect(0, 0, 2*written.Dx(), 2*written.Dy()))
	draw.CatmullRom.Scale(enlarged, enlarged.Bounds(), photo, written, draw.Src, nil)
	return enlarged
}

// The longest text stays within the edge, and so do its captions.
func TestPhotosGrowWithTheirText(t *testing.T) {
	t.Parallel()
	for _, shows := range []string{strings.Repeat("W", engine.MaxPhotoText), "1", strings.Repeat("Å", 9)} {
		_, pixels := drawn(t, engine.ChallengeState{Kind: engine.ChallengePhoto, Shows: shows, Number: 1 << 40}, "de")
		size := pixels.Bounds().Size()
		for y := 1; y < size.Y-1; y++ {
			for x := size.X - margin + 1; x < size.X-1; x++ {
				if level, _, _, _ := pixels.At(x, y).RGBA(); level != 0xffff {
					t.Fatalf("%s: ink in the margin, at %d,%d of %v", shows, x, y, size)
				}
			}
		}
	}
}

func TestEachTurnIsAnotherPicture(t *testing.T) {
	t.Parallel()
	for _, kind := range []engine.ChallengeKind{engine.ChallengePhoto, engine.ChallengeQR, engine.ChallengeFlicker} {
		seen := map[Picture]int{}
		for number := 1; number <= 20; number++ {
			p, _ := drawn(t, engine.ChallengeState{Kind: kind, Shows: "123456", Number: number}, "en")
			if before, twice := seen[p]; twice {
				t.Errorf("%s: picture %d is picture %d", kind, number, before)
			}
			seen[p] = number
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	t.Parallel()
	for _, asked := range []*engine.ChallengeState{
		nil, {Kind: engine.ChallengeQR}, {Kind: engine.ChallengeText, Shows: "1"}, {Kind: engine.ChallengeChoice, Shows: "1"},
	} {
		if p, err := For(asked, processID, "en"); err != nil || p != (Picture{}) {
			t.Errorf("%+v: %+v, %v", asked, p, err)
		}
	}
}

// A record that is older than the rules may hold what cannot be drawn.
func TestWhatCannotBeDrawn(t *testing.T) {
	t.Parallel()
	for kind, shows := range map[engine.ChallengeKind]string{
		engine.ChallengePhoto: "一", engine.ChallengeQR: strings.Repeat("x", 1<<20), engine.ChallengeFlicker: "TAN",
	} {
		if p, err := For(&engine.ChallengeState{Kind: kind, Shows: shows}, processID, "en"); err == nil || p != (Picture{}) {
			t.Errorf("%s: %+v, %v", kind, p, err)
		}
	}
}

func TestFewPicturesAreKept(t *testing.T) {
	t.Parallel()
	var g gallery
	for number := range 3 * maxRecent {
		s := subject{number: number}
		g.keep(s, Picture{OpticalData: "1"})
		g.keep(s, Picture{OpticalData: "2"}) // as when two draw it at once
		if kept, found := g.find(s); !found || kept.OpticalData != "1" {
			t.Fatalf("picture %d: %+v", number, kept)
		}
	}
	if len(g.drawn) != maxRecent {
		t.Errorf("%d pictures are kept, want %d", len(g.drawn), maxRecent)
	}
	if _, found := g.find(subject{number: 2*maxRecent - 1}); found {
		t.Error("an old one is among them")
	}
}

func TestManyDrawAtOnce(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	for number := range 24 {
		group.Go(func() {
			if _, err := For(&engine.ChallengeState{Kind: engine.ChallengePhoto, Shows: "77", Number: 1 + number/3}, processID, "en"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}
