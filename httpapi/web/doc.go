// Package web holds the pages that people meet: the bank's own login and consent page, to which
// REDIRECT_REQUIRED sends a browser, what the bank's app shows on the user's phone, the coverage, and
// the start page.
//
// Each page is one answer that loads nothing, style included, and works without JavaScript; the little
// script of page.js keeps a second click from doing harm, and lets the phone follow the bank. What is
// entered into the login form is never sent. What happens when a user approves or declines is the
// scenario's to say; a page only passes the decision on, and looking at one changes nothing.
//
// Words are in texts_en.go and texts_de.go, none in a template; a request's Accept-Language chooses.
package web
