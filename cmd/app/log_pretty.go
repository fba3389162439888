package app

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rs/zerolog"
)

// widest is how wide a line about a request is on a terminal, besides its time and level, in characters.
const widest = 145

// formatStory turns the line about a request into one that people read: the answer first, then who spoke, and why.
// Whatever is in it and not told is in the log's other form, for machines.
func formatStory(fields map[string]any) error {
	if fields["changes"] != nil {
		for _, name := range []string{"added", "changed", "removed", "added_count", "changed_count", "removed_count", "hash"} {
			delete(fields, name)
		}
	}
	if fields[zerolog.MessageFieldName] != "request" || fields["route"] == nil {
		return nil
	}
	story := storyOf(fields)
	for name := range fields {
		switch name {
		case zerolog.TimestampFieldName, zerolog.LevelFieldName, zerolog.ErrorFieldName, "phone_url":
		default:
			delete(fields, name)
		}
	}
	fields[zerolog.MessageFieldName] = cut(story, widest)
	return nil
}

func storyOf(fields map[string]any) string {
	text := func(name string, longest int) string {
		if fields[name] == nil {
			return ""
		}
		return cut(fmt.Sprint(fields[name]), longest)
	}
	var parts []string
	report := func(before, said, after string) {
		if said != "" {
			parts = append(parts, before+said+after)
		}
	}
	report("", text("status", 5), "")
	report("", text("method", 10), "")
	report("", shortPath(text("path", 120)), "")
	report("", text("username", 30), "")
	report("", text("state", 40), "")
	report("", text("progress", 4), "%")
	report("", text("error_code", 40), "")
	report("", text("code", 40), "")
	report("by ", text("scenario", 40), "")
	if fields["nearest"] != nil {
		report("(nearest ", text("nearest", 40)+": "+text("differs", 60), ")")
	} else if fields["route"] == "authenticate" && fields["scenario"] == nil && fields["code"] == nil {
		report("", "by no scenario", "")
	}
	report("fault ", text("fault", 30), "")
	report("broken ", text("wire_fault", 30), "")
	if session := text("session", 30); session != "default" {
		report("session ", session, "")
	}
	if fields[zerolog.ErrorFieldName] != nil {
		report("request ", text("request_id", 40), "")
	}
	return strings.Join(parts, " ")
}

// shortPath leaves out what all of the bank's paths begin with, and the identifiers' middles.
func shortPath(path string) string {
	if at := strings.Index(path, "/bank_connections"); at > 0 {
		path = "…" + path[at:]
	}
	for _, word := range []string{"/authenticate", "/confirm_challenge_response"} {
		path = strings.Replace(path, "…/bank_connections"+word, "…"+word, 1)
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if len(part) == 36 && strings.Count(part, "-") == 4 {
			parts[i] = "…" + part[24:]
		}
	}
	return strings.Join(parts, "/")
}

// cut bounds a text to so many characters.
func cut(text string, longest int) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}
