package e2e

import (
	"bytes"
	"cmp"
	"context"
	stdimage "image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// picturedPages are those of docs/console.md, with what is done to the page before it is pictured. The editor comes last:
// a tab whose text is not saved does not leave it.
var picturedPages = []struct {
	name    string
	prepare func(b *tab)
}{
	{"live", nil}, {"process", nil}, {"scenarios", nil}, {"session", nil},
	{"webhooks", func(b *tab) { b.click(".deliveries summary") }},
	{"editor", func(b *tab) {
		b.await(`document.querySelector(".cm-content")`)
		b.typeBefore("- name: success", "- {name: mine, when: {password: mine}, authentication: AUTHENTICATE}\n  ")
		b.await(`document.querySelector("#editor-problems .error")`)
	}},
}

// picturesForDocs makes the pictures of docs/console.md, where the environment says CONSOLE_PICTURES=FOLDER.
func (w *consoleWorld) picturesForDocs(t *testing.T, b *tab) {
	t.Helper()
	folder := os.Getenv("CONSOLE_PICTURES")
	if folder == "" {
		return
	}
	b = b.another()
	b.as(appearance{language: "en", width: 1280, height: 720})
	defer b.as(appearance{language: "en"})
	for _, page := range picturedPages {
		b.open(w.pages()[page.name])
		b.await("true")
		if page.name == "editor" {
			b.as(appearance{language: "en", width: 1280, height: 1020})
		}
		if page.prepare != nil {
			page.prepare(b)
		}
		ctx, stop := context.WithTimeout(b.ctx, browserPatience)
		picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		stop()
		must(t, err)
		must(t, os.WriteFile(filepath.Join(folder, "console-"+page.name+".png"), small(t, picture), 0o644))
	}
}

// small makes a picture of the colours that it has most of, which is enough for a page and a quarter of the bytes.
func small(t *testing.T, picture []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(picture))
	must(t, err)
	count := make(map[color.RGBA]int)
	bounds := full.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	palette := color.Palette{}
	for _, c := range slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int { return cmp.Compare(count[b], count[a]) }) {
		if len(palette) < 96 && unlike(c, palette) {
			palette = append(palette, c)
		}
	}
	few := stdimage.NewPaletted(bounds, palette)
	draw.Draw(few, bounds, full, bounds.Min, draw.Src)
	var out bytes.Buffer
	must(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few))
	return out.Bytes()
}

// unlike reports whether a colour can be told from those of the palette.
func unlike(c color.RGBA, palette color.Palette) bool {
	return !slices.ContainsFunc(palette, func(other color.Color) bool {
		o := other.(color.RGBA)
		apart := func(a, b uint8) int { return max(int(a), int(b)) - min(int(a), int(b)) }
		return apart(c.R, o.R)+apart(c.G, o.G)+apart(c.B, o.B) < 16
	})
}
