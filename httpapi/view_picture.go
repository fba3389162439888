package httpapi

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/locale"
	"github.com/mockbank/mockbank/httpapi/picture"
)

// picture draws what the process's challenge shows, in the client's language. A record that is older
// than the rules of what can be shown has no picture.
func (x *exchange) picture(state *engine.ProcessState) (image *imageBody, opticalData *string) {
	if state.Challenge.Shows == "" {
		return nil, nil
	}
	language := locale.Choose(sentHeader(x.r, "Accept-Language"), picture.Languages...)
	drawn, err := picture.For(state.Challenge, state.ID, language)
	if err != nil {
		return nil, nil
	}
	if drawn.Base64 != "" {
		image = &imageBody{MIMEType: &drawn.MIMEType, Data: &drawn.Base64}
	}
	return image, textOrNull(drawn.OpticalData)
}

// pictured finds pictures and codes in an answer, as [imageBody] and [challengeBody] are encoded, and in no text: its
// quotation marks are escaped there.
var pictured = regexp.MustCompile(`("mime_type":(?:"[^"\\]*"|null),"data":"|"optical_data":")([^"\\]+)"`)

// withoutPictures returns an answer's body with the length of a picture in its place: what it shows is for
// the user, and it would fill the journal.
func withoutPictures(body []byte) []byte {
	if !bytes.Contains(body, []byte(`mime_type":`)) && !bytes.Contains(body, []byte(`optical_data":"`)) {
		return body
	}
	return pictured.ReplaceAllFunc(body, func(found []byte) []byte {
		parts := pictured.FindSubmatch(found)
		return fmt.Appendf(bytes.Clone(parts[1]), "[%d characters]\"", len(parts[2]))
	})
}
