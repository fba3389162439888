// Package picture draws what a challenge shows: the image of a PHOTO, which a person reads and a program
// decodes, the QR code, and the optical data of a FLICKER_CODE.
//
// It is data in, bytes out: what a challenge shows is the scenario's to say, and the engine checks it
// ([engine.Challenge.CheckShows]) before anything is drawn. The last pictures drawn are kept, up to a
// bound, so that a client which polls costs no second drawing.
package picture
