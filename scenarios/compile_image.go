package scenarios

import (
	"encoding/base64"
	"mime"
	"path"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// images compiles the pictures that a challenge gives in place of the one that is drawn.
func (f *flowCompiler) images(asked *Challenge, challenge *engine.Challenge) {
	if asked.Image != nil {
		image := f.image(asked.Image)
		challenge.Image = &image
	}
	if asked.Images != nil {
		challenge.Images = make([]engine.Image, 0, len(asked.Images))
	}
	for i := range asked.Images {
		challenge.Images = append(challenge.Images, f.image(&asked.Images[i]))
	}
}

func (f *flowCompiler) image(written *Image) engine.Image {
	var image engine.Image
	switch {
	case written.has("file") && written.has("data"):
		f.report.add(written.key("data"), CodeConflict, "take one of the two out", "a picture is a file or data, not both")
	case written.has("file"):
		image = f.imageFile(written)
	case written.has("data"):
		image.Data, image.MIMEType = written.Data, sniffed(written.Data)
	default:
		f.report.add(written.at(), CodeMissingKey, "write `file: tan.gif`, or `data:` in base64", "the picture has neither a file nor data")
	}
	if written.has("mime_type") {
		image.MIMEType = written.MIMEType
	}
	if written.MIMEType != nil {
		f.text(written.Position, "mime_type", *written.MIMEType)
	}
	if written.Data != nil {
		f.text(written.Position, "data", *written.Data)
	}
	return image
}

// imageFile reads a picture's file.
func (f *flowCompiler) imageFile(written *Image) engine.Image {
	content, code, why := f.loader.asset(written.file, written.File)
	if code != "" {
		f.report.add(written.value("file"), code, "the path is relative to this file, and stays within the configuration's folder",
			"the picture %q %s", written.File, why)
		return engine.Image{}
	}
	data := engine.Text(base64.StdEncoding.EncodeToString(content))
	kind := engine.Text(mimeType(written.File, content))
	return engine.Image{MIMEType: &kind, Data: &data}
}

// imageStarts say how pictures of a kind begin.
var imageStarts = []struct{ kind, start string }{
	{"image/png", "\x89PNG"}, {"image/gif", "GIF8"}, {"image/jpeg", "\xff\xd8\xff"}, {"image/bmp", "BM"}, {"image/webp", "RIFF"},
	{"image/svg+xml", "<svg"},
}

// mimeType says what a picture is: by its file's name, else by how its content begins.
func mimeType(name string, content []byte) string {
	if known, _, _ := strings.Cut(mime.TypeByExtension(path.Ext(name)), ";"); strings.HasPrefix(known, "image/") {
		return known
	}
	for _, one := range imageStarts {
		if strings.HasPrefix(string(content), one.start) {
			return one.kind
		}
	}
	return "application/octet-stream"
}

// sniffed says what data in base64 is, nil where that cannot be told.
func sniffed(data *engine.Text) *engine.Text {
	if data == nil {
		return nil
	}
	content, _ := base64.StdEncoding.DecodeString(string(*data)) // what is broken has no kind
	if kind := engine.Text(mimeType("", content)); strings.HasPrefix(string(kind), "image/") {
		return &kind
	}
	return nil
}
