package picture

import (
	"image"
	"image/color"
	"strconv"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The measures of a photo, in pixels.
const (
	photoHeight = 220
	codeSide    = 180 // at most, of the QR code with its quiet zone
	margin      = 20
	panelLeast  = 240 // the width of what is written beside the code
)

// words are those on a photo, in one language.
type words struct{ tan, process, picture string }

var written = map[string]words{
	"en": {tan: "Please enter this TAN:", process: "Process", picture: "Image"},
	"de": {tan: "Bitte geben Sie diese TAN ein:", process: "Vorgang", picture: "Bild"},
}

// photo draws a code for programs, and beside it the same TAN for people.
func photo(s *subject) (image.Image, error) {
	modules, err := encodeQR(s.code)
	if err != nil {
		return nil, err
	}
	lines, err := s.lines()
	if err != nil {
		return nil, err
	}
	width := panelLeast
	for _, l := range lines {
		width = max(width, font.MeasureString(l.face, l.text).Ceil())
	}
	drawn := image.NewPaletted(image.Rect(0, 0, margin+codeSide+width+margin, photoHeight), greys)
	frame(drawn)
	scale := codeSide / (modules.Bounds().Dx() + 2*quietZone)
	side := scale * (modules.Bounds().Dx() + 2*quietZone)
	drawModules(drawn, modules, image.Pt(margin+(codeSide-side)/2, (photoHeight-side)/2), scale)
	for _, l := range lines {
		pen := font.Drawer{Dst: drawn, Src: image.NewUniform(l.ink), Face: l.face, Dot: fixed.P(margin+codeSide, l.baseline)}
		pen.DrawString(l.text)
	}
	return drawn, nil
}

// line is something written on a photo.
type line struct {
	text     string
	face     font.Face
	baseline int
	ink      color.Gray
}

// lines are what is written beside the code.
func (s *subject) lines() ([]line, error) {
	said, found := written[s.language]
	if !found {
		said = written[Languages[0]]
	}
	about := said.process + " " + s.process
	if s.number > 0 {
		about = said.picture + " " + strconv.Itoa(s.number) + "  ·  " + about
	}
	fonts, err := parsed()
	if err != nil {
		return nil, err
	}
	size := 48.0
	if n := len([]rune(s.shows)); n > 8 {
		size = max(28, size*8/float64(n))
	}
	lines := []line{
		{text: "photoTAN", baseline: 44},
		{text: said.tan, baseline: 84, ink: grey},
		{text: s.shows, baseline: 138},
		{text: about, baseline: 190, ink: grey},
	}
	for i, letters := range []struct {
		font *opentype.Font
		size float64
	}{{fonts.bold, 22}, {fonts.regular, 17}, {fonts.mono, size}, {fonts.regular, 15}} {
		// A face belongs to one drawing: it is not safe for two at once.
		lines[i].face, err = opentype.NewFace(letters.font, &opentype.FaceOptions{Size: letters.size, DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// fonts are the letters of the photos; mono tells 0 from O.
type fonts struct{ regular, bold, mono *opentype.Font }

var parsed = sync.OnceValues(func() (f fonts, err error) {
	for _, one := range []struct {
		into **opentype.Font
		data []byte
	}{{&f.regular, goregular.TTF}, {&f.bold, gobold.TTF}, {&f.mono, gomonobold.TTF}} {
		if *one.into, err = opentype.Parse(one.data); err != nil {
			return f, err
		}
	}
	return f, nil
})

// grey is the ink of what matters less: it keeps a contrast of 7 to 1.
var grey = color.Gray{Y: 0x55}

// frame draws the thin edge by which a photo stands out on a white page.
func frame(drawn *image.Paletted) {
	const light = 3
	size := drawn.Bounds().Size()
	for x := range size.X {
		drawn.SetColorIndex(x, 0, light)
		drawn.SetColorIndex(x, size.Y-1, light)
	}
	for y := range size.Y {
		drawn.SetColorIndex(0, y, light)
		drawn.SetColorIndex(size.X-1, y, light)
	}
}
