package web

import "github.com/mockbank/mockbank/httpapi/locale"

// languages are those that the pages speak; the first is spoken to who asks for none of them.
var languages = []*locale.Language{
	{Tag: "en", Texts: english, Point: "."},
	{Tag: "de", Texts: german, Point: ","},
}

// texts are the pages' words in one language.
type texts = locale.Texts
