package console

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// part is one of several fields in which a user answers.
type part struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// challenge is what a client is told of the question, in the reader's language.
type challenge struct {
	Message string    `json:"message"`
	Label   string    `json:"answer_field_label"`
	Image   *picture  `json:"image"`
	Images  []picture `json:"images"`
	Parts   []part    `json:"fields"`
}

// picture is in base64.
type picture struct {
	MIMEType string `json:"mime_type"`
	Data     string `json:"data"`
}

// answered shows what a client would get, and asks the user as that does.
func (p *page) answered(f *flowPage, body json.RawMessage) {
	f.Answer = indent(p.named(engine.ProcessMembers, body))
	var said struct {
		Challenge *challenge `json:"challenge"`
	}
	if json.Unmarshal(body, &said) != nil || said.Challenge == nil {
		return // it is no challenge, or a scenario writes it otherwise
	}
	asked := said.Challenge
	f.Inputs.Message = cmp.Or(asked.Message, f.Inputs.Message)
	f.Inputs.Label = cmp.Or(asked.Label, f.Inputs.Label)
	f.Inputs.Parts = asked.Parts
	if asked.Image != nil {
		asked.Images = append(asked.Images, *asked.Image)
	}
	for i := range asked.Images {
		if address := asked.Images[i].address(); address != "" {
			f.Inputs.Pictures = append(f.Inputs.Pictures, address)
		}
	}
}

// named is an answer with its members as clients get them.
func (p *page) named(members engine.Members, body json.RawMessage) json.RawMessage {
	if p.config.CamelCase {
		return members.CamelCase(body)
	}
	return body
}

// pictureTypes are those that are shown: none of them holds a script.
var pictureTypes = []string{"image/png", "image/jpeg", "image/gif"}

// maxPicture bounds what of a picture is shown, in bytes of base64.
const maxPicture = 512 << 10

// address is the picture as an address, "" where it is none that can be shown: scenarios break pictures on purpose.
func (p *picture) address() template.URL {
	if _, err := base64.StdEncoding.DecodeString(p.Data); err != nil || len(p.Data) > maxPicture ||
		!slices.Contains(pictureTypes, strings.ToLower(p.MIMEType)) {
		return ""
	}
	return template.URL("data:" + strings.ToLower(p.MIMEType) + ";base64," + p.Data)
}
