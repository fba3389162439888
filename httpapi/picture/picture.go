package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"sync"

	"github.com/mockbank/mockbank/engine"
)

// Languages are those that the words on a picture are in; the first is for whoever asks for another.
var Languages = []string{"en", "de"}

// Picture is what a challenge shows: an image, or the data for an optical reader.
type Picture struct {
	// MIMEType and Base64 are the image's type and bytes, "" where there is no image.
	MIMEType string
	Base64   string
	// OpticalData is what a TAN generator reads from a flickering code, as hexadecimal digits in the
	// HHD UC form, "" where the challenge does not flicker.
	OpticalData string
}

// For draws a process's challenge with its words in one of the [Languages], English for any other. A
// challenge that has nothing to show makes the zero Picture. So does one that cannot be shown, beside
// an error that says why: the language refuses those, but a record may be older than its rules.
func For(challenge *engine.ChallengeState, processID, language string) (Picture, error) {
	if challenge == nil || challenge.Shows == "" {
		return Picture{}, nil
	}
	s := subject{kind: challenge.Kind, shows: challenge.Shows, code: challenge.Code(), number: challenge.Number}
	if s.kind == engine.ChallengePhoto { // the only kind with words on it
		s.process, s.language = reference(processID), language
	}
	if drawn, found := recent.find(s); found {
		return drawn, nil
	}
	if err := s.check(); err != nil {
		return Picture{}, err
	}
	drawn, err := s.draw()
	if err == nil {
		recent.keep(s, drawn)
	}
	return drawn, err
}

// subject is all that makes a picture what it is.
type subject struct {
	kind        engine.ChallengeKind
	shows, code string
	number      int
	process     string
	language    string
}

func (s *subject) check() error {
	challenge := engine.Challenge{Kind: s.kind}
	return challenge.CheckShows(s.shows)
}

func (s *subject) draw() (Picture, error) {
	var drawn image.Image
	var err error
	switch s.kind {
	case engine.ChallengeFlicker:
		return Picture{OpticalData: opticalData(s.code)}, nil
	case engine.ChallengeQR:
		drawn, err = qrImage(s.code)
	case engine.ChallengePhoto:
		drawn, err = photo(s)
	default:
		return Picture{}, nil
	}
	if err != nil {
		return Picture{}, err
	}
	return encode(drawn)
}

// greys are what pictures are drawn with: white, black, and what lies between them at the edges of
// letters. The white is opaque, so that the page beneath may be dark.
var greys = func() color.Palette {
	palette := make(color.Palette, black+1)
	for i := range palette {
		palette[i] = color.Gray{Y: uint8(255 - 17*i)}
	}
	return palette
}()

// black is the place of black among the greys; white's is 0.
const black = 15

// encoder keeps its buffers of most of a megabyte for the next picture.
var encoder = png.Encoder{CompressionLevel: png.DefaultCompression, BufferPool: new(buffers)}

// buffers is a [png.EncoderBufferPool].
type buffers struct{ sync.Pool }

func (b *buffers) Get() *png.EncoderBuffer {
	kept, _ := b.Pool.Get().(*png.EncoderBuffer)
	return kept // nil makes the encoder allocate one
}

func (b *buffers) Put(buffer *png.EncoderBuffer) { b.Pool.Put(buffer) }

func encode(drawn image.Image) (Picture, error) {
	var data bytes.Buffer
	if err := encoder.Encode(&data, drawn); err != nil {
		return Picture{}, fmt.Errorf("encode the image: %w", err)
	}
	return Picture{MIMEType: "image/png", Base64: base64.StdEncoding.EncodeToString(data.Bytes())}, nil
}

// reference is the end of a process's identifier, by which a person tells its picture from another's.
func reference(processID string) string {
	return processID[max(0, len(processID)-8):]
}
