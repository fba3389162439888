package scenarios

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var schemeForm = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*)://`)

// checkDatabase says what is wrong with the name of a database, and what to write; nothing of the name is repeated,
// since it may hold a password.
func checkDatabase(name string) (why, hint string) {
	const form = "write postgres://user:password@host:5432/database"
	found := schemeForm.FindStringSubmatch(name)
	if found == nil {
		return "", "" // a file, or what the store alone can tell
	}
	switch scheme := found[1]; {
	case scheme == "postgres" || scheme == "postgresql":
	case strings.EqualFold(scheme, "postgres") || strings.EqualFold(scheme, "postgresql"):
		return "the kind of database is written in small letters", "write postgres:// in place of what stands before the host"
	case strings.EqualFold(scheme, "file") || strings.EqualFold(scheme, "sqlite") || strings.EqualFold(scheme, "sqlite3"):
		return "", ""
	default:
		return "it is neither an SQLite file nor PostgreSQL", `give a file name, ":memory:" or a postgres:// URL`
	}
	host := name[len(found[0]):]
	if end := strings.IndexAny(host, "/?#"); end >= 0 && !strings.Contains(host[end:], "@") {
		host = host[:end]
	} else if end >= 0 {
		return "a sign in the user or the password ends the host", "percent-encode / as %2F, ? as %3F, # as %23 and @ as %40"
	}
	if strings.Count(host, "@") > 1 {
		return "there is more than one @", "percent-encode an @ of the user or the password as %40"
	}
	if at := strings.LastIndex(host, "@"); at >= 0 {
		if _, err := url.PathUnescape(host[:at]); err != nil {
			return "a % of the user or the password begins no character", "percent-encode % as %25"
		}
		host = host[at+1:]
	}
	for one := range strings.SplitSeq(host, ",") { // PostgreSQL takes several hosts
		port := one[strings.LastIndex(one, "]")+1:]
		_, port, has := strings.Cut(port, ":")
		if !has {
			continue
		}
		switch number, err := strconv.Atoi(port); {
		case port == "" || err != nil:
			return "the port is no number", form
		case number < 1 || number > 65535:
			return "the port lies outside of 1 to 65535", form
		}
	}
	return "", ""
}
