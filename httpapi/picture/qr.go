package picture

import (
	"image"
	"image/color"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

const (
	// quietZone is the white around a QR code, in modules (ISO/IEC 18004 wants four).
	quietZone = 4
	// qrSide is the least side of a QR code's image in pixels, its quiet zone included.
	qrSide = 300
)

// qrImage draws a QR code alone.
func qrImage(code string) (image.Image, error) {
	modules, err := encodeQR(code)
	if err != nil {
		return nil, err
	}
	across := modules.Bounds().Dx() + 2*quietZone
	scale := max(4, (qrSide+across-1)/across)
	drawn := image.NewPaletted(image.Rect(0, 0, across*scale, across*scale), greys)
	drawModules(drawn, modules, image.Pt(0, 0), scale)
	return drawn, nil
}

// encodeQR makes the modules of a QR code that still reads with a seventh of it lost.
func encodeQR(code string) (barcode.Barcode, error) {
	return qr.Encode(code, qr.M, qr.Auto)
}

// drawModules puts a QR code and its quiet zone onto an image, each module a square whose side is scale.
func drawModules(onto *image.Paletted, modules barcode.Barcode, at image.Point, scale int) {
	for y := range modules.Bounds().Dy() {
		for x := range modules.Bounds().Dx() {
			if modules.At(x, y) != color.Color(color.Gray16{}) {
				continue
			}
			corner := at.Add(image.Pt(x+quietZone, y+quietZone).Mul(scale))
			for row := range scale {
				start := onto.PixOffset(corner.X, corner.Y+row)
				for i := range scale {
					onto.Pix[start+i] = black
				}
			}
		}
	}
}
