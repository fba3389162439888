package httpapi

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// sessionsPath is where the whole of the bank's API is once more for each session.
const sessionsPath = "/sessions/"

// sessionOfURL takes the session from the request's path, which goes on without it.
func (x *exchange) sessionOfURL() error {
	name, path, _ := strings.Cut(strings.TrimPrefix(x.r.URL.Path, sessionsPath), "/")
	if path = "/" + path; !x.api.inSession(path) {
		return unknownPath(x)
	}
	if !validSession(name) {
		return refuse(codeUnknownPath, "the path names no session: a session's name has 1 to %d letters, digits, dots, underscores and "+
			"hyphens", maxSession)
	}
	x.session, x.prefix = name, sessionsPath+name
	x.goOnAt(path)
	if !x.api.ofBank(path) {
		return nil
	}
	said, err := x.sessionOfHeader()
	if err == nil && said != "" && said != name {
		return refuse(codeInvalidHeader, "X-Mockbank-Session names another session than the path; send one of them, or both alike")
	}
	return err
}

// sessionOfHeader returns the session that the request's header names, "" for none.
func (x *exchange) sessionOfHeader() (string, error) {
	said, err := x.single("X-Mockbank-Session")
	if err == nil && said != "" && !validSession(said) {
		return "", refuse(codeInvalidHeader, "X-Mockbank-Session takes 1 to %d letters, digits, dots, underscores and hyphens", maxSession)
	}
	return said, err
}

// inSession reports whether the path is one of those that are there for each session.
func (a *api) inSession(path string) bool {
	return a.ofBank(path) || strings.HasPrefix(path, "/login/") || strings.HasPrefix(path, "/phone/")
}

// ofBank reports whether the path, without a session's name, belongs to the bank's API.
func (a *api) ofBank(path string) bool {
	return strings.HasPrefix(path, a.config.BasePath+"/") || path == banksPath || strings.HasPrefix(path, banksPath+"/") ||
		surface.Of(a.bank.Rules()).Beneath(path)
}

// goOnAt lets the request stand for one of another path. The server's own stays as it is.
func (x *exchange) goOnAt(path string) {
	inner, address := new(http.Request), new(url.URL)
	*inner, *address = *x.r, *x.r.URL
	address.Path, address.RawPath = path, ""
	inner.URL = address
	x.r = inner
}

// sessionOfLogin takes the session from the user name, where the configuration lets it be there.
func sessionOfLogin(x *exchange) error {
	if !x.api.config.SessionsByLogin {
		return nil
	}
	f, err := x.fields()
	if err != nil {
		return nil // the handler tells of it
	}
	username, session := splitLogin(f.peek("username"))
	if session == "" || f.peek("bank_authentication_process_id") != "" {
		return nil
	}
	if x.session != engine.DefaultSession && x.session != session {
		f.fault("username", "names another session than the request's header or path; name it once, or alike")
		return f.err()
	}
	x.session, x.username = session, username
	return nil
}

// splitLogin returns the user and the session that tester+NAME stands for; the session is "" where
// the login names none.
func splitLogin(login string) (username, session string) {
	plus := strings.LastIndexByte(login, '+')
	if plus < 1 || !validSession(login[plus+1:]) {
		return login, ""
	}
	return login[:plus], login[plus+1:]
}

// sessionAsked returns the session that an admin request is about: that of the parameter, else of the
// header, else "" for all of them.
func (x *exchange) sessionAsked(said string) (string, error) {
	if said != "" && !validSession(said) {
		return "", refuse(codeInvalidParameters, "session must have 1 to %d letters, digits, dots, underscores and hyphens", maxSession)
	}
	header, err := x.sessionOfHeader()
	if err != nil {
		return "", err
	}
	if said != "" && header != "" && said != header {
		return "", refuse(codeInvalidHeader, "X-Mockbank-Session names another session than the request; name it once, or alike")
	}
	if said == "" {
		said = header
	}
	return said, nil
}
