package httpapi

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
)

// maxBody is the largest request body, in bytes, packed or not.
const maxBody = 1 << 20

// readBody reads the request's body into the exchange, unpacked.
func (x *exchange) readBody() error {
	x.body.Reset()
	if x.r.Body == nil || x.r.Body == http.NoBody {
		return nil
	}
	if x.r.ContentLength > maxBody {
		return tooLarge()
	}
	coding, err := x.coding()
	if err != nil {
		return err
	}
	if _, err := x.body.ReadFrom(http.MaxBytesReader(x.w, x.r.Body, maxBody)); err != nil {
		return x.unreadable(err)
	}
	if coding == "" || x.body.Len() == 0 {
		return nil
	}
	return x.unpackBody()
}

// unreadable tells why the body could not be read.
func (x *exchange) unreadable(err error) error {
	var exceeded *http.MaxBytesError
	switch {
	case errors.As(err, &exceeded):
		return tooLarge()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuse(codeRequestTimeout, "the body did not come in time; send all that Content-Length announces").with("Connection", "close")
	case x.context().Err() != nil && !errors.Is(err, io.ErrUnexpectedEOF): // which ends the context, too
		return x.context().Err()
	default:
		return refuse(codeUnreadableBody, "the body ended before it was complete")
	}
}

func tooLarge() error {
	return refuse(codeBodyTooLarge, "a body may have up to %d bytes", maxBody).with("Connection", "close")
}

// coding returns how the body is packed: "gzip", or "" for not at all.
func (x *exchange) coding() (string, error) {
	coding := ""
	for said := range strings.SplitSeq(sentHeader(x.r, "Content-Encoding"), ",") {
		switch said = strings.ToLower(strings.TrimSpace(said)); {
		case said == "" || said == "identity":
		case (said == "gzip" || said == "x-gzip") && coding == "":
			coding = "gzip"
		default:
			return "", refuse(codeMediaType, "the body's Content-Encoding %q is not one of ours: send it as it is, or packed once by gzip",
				shorten(said)).with("Accept-Encoding", "gzip, identity")
		}
	}
	return coding, nil
}

// unpackBody puts the unpacked body in the place of the packed one, within the bound of both.
func (x *exchange) unpackBody() error {
	packed, err := gzip.NewReader(bytes.NewReader(bytes.Clone(x.body.Bytes())))
	if err != nil {
		return refuse(codeUnreadableBody, "the body is not what its Content-Encoding says, gzip")
	}
	x.body.Reset()
	switch _, err := x.body.ReadFrom(io.LimitReader(packed, maxBody+1)); {
	case err != nil:
		return refuse(codeUnreadableBody, "the body is not what its Content-Encoding says, gzip, or it ended before it was complete")
	case x.body.Len() > maxBody:
		return tooLarge()
	}
	return nil
}

// bodyForPage reads the body and lets a page read it again.
func (x *exchange) bodyForPage() error {
	if err := x.readBody(); err != nil {
		return err
	}
	x.r = x.r.WithContext(x.context())
	x.r.Body = io.NopCloser(bytes.NewReader(x.body.Bytes()))
	return nil
}
