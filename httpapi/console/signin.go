package console

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// signedInFor is how long who signed in stays so.
const signedInFor = 12 * time.Hour

// cookieName is that of the cookie that says so.
const cookieName = "mockbank_console"

// Gate lets those into the console who know the admin token. Who signed in bears a cookie that says until
// when, signed with a key made from the token: every node knows it, and a new token ends it.
type Gate struct {
	key   []byte
	token [sha256.Size]byte
	now   func() time.Time
}

// NewGate returns the gate for the token; it is nil where none is configured.
func NewGate(token string, now func() time.Time) *Gate {
	if token == "" {
		return nil
	}
	key := sha256.Sum256([]byte("mockbank console\x00" + token))
	return &Gate{key: key[:], token: sha256.Sum256([]byte(token)), now: now}
}

// Admits reports whether the request bears a cookie that is valid now.
func (g *Gate) Admits(r *http.Request) bool {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return false
	}
	until, signature, found := strings.Cut(cookie.Value, ".")
	seconds, err := strconv.ParseInt(until, 10, 64)
	if !found || err != nil || g.now().Unix() >= seconds {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(signature), []byte(g.sign(until))) == 1
}

func (g *Gate) sign(until string) string {
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(until))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (g *Gate) cookie(r *http.Request, value string, age time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: value, Path: "/console", MaxAge: int(age.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	}
}

// signInPage asks for the token.
type signInPage struct {
	To    string
	Wrong bool
}

// pageAfter is where who signed in goes on: a page of the console, and nowhere else.
func pageAfter(to string) string {
	if !strings.HasPrefix(to, "/console/") || strings.Contains(to, "\\") || strings.HasPrefix(to, "/console/sign-") {
		return "/console/live"
	}
	return to
}

// AskToken shows where to sign in.
func (c *Console) AskToken(w http.ResponseWriter, r *http.Request) error {
	return c.askToken(w, r, http.StatusOK, pageAfter(r.URL.Query().Get("to")), false)
}

func (c *Console) askToken(w http.ResponseWriter, r *http.Request, status int, to string, wrong bool) error {
	p := c.page(w, r, "")
	p.frame.SignsIn = false
	title := p.say("sign_in.title")
	p.frame.Title = title
	return p.write(status, "signin.html", signInPage{to, wrong})
}

var errWrongToken = errors.New("the token is not the configured one")

// SignIn lets who knows the token in.
func (c *Console) SignIn(w http.ResponseWriter, r *http.Request, gate *Gate) error {
	sum := sha256.Sum256([]byte(strings.TrimSpace(r.PostFormValue("token"))))
	to := pageAfter(r.PostFormValue("to"))
	if gate != nil && subtle.ConstantTimeCompare(sum[:], gate.token[:]) != 1 {
		if err := c.askToken(w, r, http.StatusUnauthorized, to, true); err != nil {
			return err
		}
		return errWrongToken
	}
	if gate != nil {
		until := strconv.FormatInt(gate.now().Add(signedInFor).Unix(), 10)
		http.SetCookie(w, gate.cookie(r, until+"."+gate.sign(until), signedInFor))
	}
	return c.page(w, r, "").redirect(to)
}

// SignOut forgets who signed in.
func (c *Console) SignOut(w http.ResponseWriter, r *http.Request, gate *Gate) error {
	if gate != nil {
		http.SetCookie(w, gate.cookie(r, "", -time.Second))
	}
	return c.page(w, r, "").redirect("/console/sign-in")
}

// ToSignIn sends the browser to where it can sign in, and back afterwards.
func (c *Console) ToSignIn(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "")
	to := "/console/sign-in"
	if r.Method == http.MethodGet && !p.part() {
		to += "?to=" + escapeQuery(r.URL.RequestURI())
	}
	if p.part() {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	return p.redirect(to)
}

// Unknown shows a browser that there is nothing at a path.
func (c *Console) Unknown(w http.ResponseWriter, r *http.Request, err error) error {
	p := c.page(w, r, "")
	return p.report(http.StatusNotFound, p.say("failure.unknown", c.config.BasePath), err)
}

// Refuse shows a browser that it may not see the console. It returns err.
func (c *Console) Refuse(w http.ResponseWriter, r *http.Request, err error) error {
	p := c.page(w, r, "")
	status, code, text := c.config.Problem(err)
	return p.report(status, p.reported(code, text), err)
}

// report shows an error on a page of its own, without the bar. It returns err.
func (p *page) report(status int, text string, err error) error {
	if p.part() {
		p.w.WriteHeader(status)
		return err
	}
	p.frame.Title = p.say("failure.title")
	if shown := p.write(status, "failure.html", text); shown != nil {
		return shown
	}
	return err
}
