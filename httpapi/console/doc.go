// Package console holds the pages for those who run the bank: what came and what answered (Live), why, the
// flow of one process or connection with its path lit, and the session's clock.
//
// The server writes HTML, SVG included; htmx swaps parts of it, and a small script of our own shares one
// stream of news among all tabs of a browser, lets clocks tick and copies texts. A page works without
// scripts too, it only does not move by itself. Pages change the bank through the same methods as the admin
// API, and are served only to who may use that.
//
// Words are in texts_en.go and texts_de.go, none in a template.
package console
