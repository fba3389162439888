package engine

import (
	"regexp"
	"slices"
	"strings"
)

var schemeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]{0,99}$`)

// worldlySchemes are those of which a browser makes something itself.
var worldlySchemes = []string{
	"http", "https", "javascript", "data", "file", "vbscript", "blob", "about", "ftp", "ws", "wss", "mailto",
}

// CheckAppScheme says why a text is no URI scheme of an app's own, such as myapp; "" where it is one.
func CheckAppScheme(scheme string) string {
	switch {
	case !schemeForm.MatchString(scheme):
		return "it is no scheme: that is letters, digits, dots, dashes and plus signs, and begins with a letter"
	case slices.Contains(worldlySchemes, strings.ToLower(scheme)):
		return "browsers make something of " + strings.ToLower(scheme) + ": themselves"
	}
	return ""
}
