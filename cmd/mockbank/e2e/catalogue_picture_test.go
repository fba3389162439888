package e2e

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// pictured is a login that asks for a TAN by a picture or a code, at which look looks.
func pictured(password, kind string, appearance func(t *testing.T, c *customer, p process)) func(t *testing.T, c *customer) {
	return func(t *testing.T, c *customer) {
		p := c.authenticate(t, password).is(t, asksTan, "")
		if p.Challenge.Kind != kind {
			t.Errorf("challenge %+v, want a %s", p.Challenge, kind)
		}
		appearance(t, c, p)
		p = c.authenticate(t, password)
		c.wait(t, "1m")
		c.respond(t, p.ID, "123456").is(t, authenticated, "")
		c.respond(t, c.authenticate(t, password).ID, "1").is(t, failed, wrongTan)
	}
}

// scan reads the code on the image of the process's challenge from its pixels.
func (p process) scan(t *testing.T) string {
	t.Helper()
	if p.Challenge == nil || p.Challenge.Image == nil || p.Challenge.Image.MIMEType != "image/png" || p.Challenge.OpticalData != nil {
		t.Fatalf("challenge %+v, want an image alone", p.Challenge)
	}
	if size := len(p.Challenge.Image.Data); size > 10_000 {
		t.Errorf("the image has %d bytes", size)
	}
	pixels, err := png.Decode(bytes.NewReader(p.Challenge.Image.Data))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(pixels)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatalf("no code is read: %v", err)
	}
	return result.GetText()
}

// scans checks what the code on the image reads.
func (p process) scans(t *testing.T, want string) {
	t.Helper()
	if got := p.scan(t); got != want {
		t.Errorf("the code reads %q, want %q", got, want)
	}
}
