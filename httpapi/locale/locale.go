// Package locale chooses the language in which people and clients are answered.
package locale

import "golang.org/x/text/language"

// Choose returns the one of the offered languages (BCP 47 tags such as "de" or "pt-BR") that an
// Accept-Language header prefers (RFC 9110, section 12.5.4), and the first of them where the header is
// missing, cannot be read, or asks for none that is offered. Nothing offered is "".
func Choose(acceptLanguage string, offered ...string) string {
	if len(offered) == 0 {
		return ""
	}
	if acceptLanguage == "" || len(offered) == 1 {
		return offered[0]
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return offered[0]
	}
	tags := make([]language.Tag, len(offered))
	for i, name := range offered {
		tags[i] = language.Make(name)
	}
	_, chosen, confidence := language.NewMatcher(tags).Match(wanted...)
	if confidence == language.No {
		return offered[0]
	}
	return offered[chosen]
}
