// Package web holds the pages that people meet: the bank's own login and consent page, to which
// REDIRECT_REQUIRED sends a browser, and the start page.
//
// The pages need no JavaScript and load nothing: each is one answer, style included. What happens
// when a user approves or declines is the scenario's to say; a page only passes the decision on.
package web
