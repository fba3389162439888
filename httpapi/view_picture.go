package httpapi

import (
	"bytes"
	"fmt"

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
		image = &imageBody{MIMEType: drawn.MIMEType, Data: drawn.Base64}
	}
	return image, textOrNull(drawn.OpticalData)
}

// What stands before a picture in an answer, as [imageBody] and [challengeBody] are encoded, and in no text:
// its quotation marks are escaped there. The first letter is a rare one, for which to look is quick.
var pictured = [][]byte{[]byte(`mime_type":"image/png","data":"`), []byte(`optical_data":"`)}

// withoutPictures returns an answer's body with the length of a picture in its place: what it shows is for
// the user, and it would fill the journal.
func withoutPictures(body []byte) []byte {
	for _, before := range pictured {
		_, after, found := bytes.Cut(body, before)
		length := bytes.IndexByte(after, '"')
		if !found || length <= 0 {
			continue
		}
		start := len(body) - len(after)
		body = bytes.Join([][]byte{body[:start], after[length:]}, fmt.Appendf(nil, "[%d characters]", length))
	}
	return body
}
