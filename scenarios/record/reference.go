package record

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/httpapi/journal"
)

// tokenOf returns a reference to the token that the api gave last.
func (r *recorder) tokenOf(api string) (string, bool) {
	for _, wanted := range []string{"access", "token", ""} {
		reference, found := r.reference(api, func(path string, value any) bool {
			return value == journal.Redacted && strings.Contains(strings.ToLower(lastName(path)), wanted)
		})
		if found {
			return "${" + reference + "}", true
		}
	}
	return "", false
}

// identifier is what an answer gives, and a path takes: longer than a word of the api's own.
var identifier = regexp.MustCompile(`^[A-Za-z0-9_-]{8,}$|^[0-9]{3,}$`)

// referring returns the path with references in place of identifiers that an answer before gave.
func (r *recorder) referring(api, path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		plain, err := url.PathUnescape(part)
		if err != nil || !identifier.MatchString(plain) {
			continue
		}
		reference, found := r.reference(api, func(_ string, value any) bool {
			number, is := value.(float64)
			return value == plain || is && fmt.Sprint(int64(number)) == plain
		})
		if found {
			parts[i] = "${" + reference + "}"
		}
	}
	return strings.Join(parts, "/")
}

// reference returns where the youngest answer of the api has what is wanted, and gives its step a name.
func (r *recorder) reference(api string, wanted func(path string, value any) bool) (string, bool) {
	for _, one := range slices.Backward(r.heard) {
		if one.api != api {
			continue
		}
		if path, found := find(one.body, "body", wanted); found {
			return r.nameStep(one.step) + "." + path, true
		}
	}
	return "", false
}

// find returns the path of the first value that is wanted, in the order of the names.
func find(value any, path string, wanted func(path string, value any) bool) (string, bool) {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if !plainName.MatchString(name) {
				continue
			}
			if at, found := find(value[name], path+"."+name, wanted); found {
				return at, true
			}
		}
	case []any:
		for i := range value {
			if at, found := find(value[i], fmt.Sprintf("%s[%d]", path, i), wanted); found {
				return at, true
			}
		}
	default:
		return path, wanted(path, value)
	}
	return "", false
}

func lastName(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
