package picture

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/mockbank/mockbank/engine"
)

const processID = "019ab2c4-5d6e-7f80-8a1b-2c3d4e5f6071"

// drawn draws a challenge, and returns the picture with its image, nil where it has none.
func drawn(t testing.TB, challenge engine.ChallengeState, language string) (Picture, image.Image) {
	t.Helper()
	p, err := For(&challenge, processID, language)
	if err != nil {
		t.Fatal(err)
	}
	if p.Base64 == "" {
		return p, nil
	}
	data, err := base64.StdEncoding.DecodeString(p.Base64)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return p, decoded
}

// scan reads a QR code from pixels.
func scan(t *testing.T, pixels image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(pixels)
	if err != nil {
		t.Fatal(err)
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
	if err != nil {
		t.Fatalf("no code is read: %v", err)
	}
	return result.GetText()
}

// onDark lays an image on a dark page, as an app's night mode does.
func onDark(pixels image.Image) image.Image {
	size := pixels.Bounds().Size()
	page := image.NewRGBA(image.Rect(0, 0, size.X+60, size.Y+60))
	for y := range page.Bounds().Dy() {
		for x := range page.Bounds().Dx() {
			page.Set(x, y, image.Black)
			if at := image.Pt(x-30, y-30); at.In(pixels.Bounds()) {
				page.Set(x, y, pixels.At(at.X, at.Y))
			}
		}
	}
	return page
}

// recognise has a program for optical character recognition read what is written on an image.
func recognise(t *testing.T, pixels image.Image) string {
	t.Helper()
	program, err := exec.LookPath("tesseract")
	if err != nil {
		t.Skip("MISSING: tesseract, which reads text from images (Debian: tesseract-ocr)")
	}
	file := filepath.Join(t.TempDir(), "photo.png")
	var data bytes.Buffer
	if err := png.Encode(&data, pixels); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	read := exec.CommandContext(t.Context(), program, file, "-", "--dpi", "192", "--psm", "11")
	read.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	text, err := read.Output()
	if err != nil {
		t.Fatalf("tesseract: %v", err)
	}
	return strings.TrimSpace(string(text))
}
