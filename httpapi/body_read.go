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

// maxBody is the largest request body that most endpoints take, in bytes, packed or not.
const maxBody = 1 << 20

// readBody reads the request's body into the exchange, unpacked.
func (x *exchange) readBody() error {
	x.body.Reset()
	if x.r.Body == nil || x.r.Body == http.NoBody {
		return nil
	}
	bound := x.endpoint.bodyBound()
	if x.r.ContentLength > bound {
		return tooLarge(bound)
	}
	coding, err := x.coding()
	if err != nil {
		return err
	}
	if _, err := x.body.ReadFrom(http.MaxBytesReader(x.w, x.r.Body, bound)); err != nil {
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
		return tooLarge(exceeded.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuse(codeRequestTimeout, "the body did not come in time; send all that Content-Length announces").with("Connection",
			"close")
	case x.context().Err() != nil && !errors.Is(err, io.ErrUnexpectedEOF): // which ends the context, too
		return x.context().Err()
	default:
		return refuse(codeUnreadableBody, "the body ended before it was complete")
	}
}

// bodyBound is the largest body that the endpoint takes, in bytes, packed or not.
func (e *endpoint) bodyBound() int64 {
	if e.largestBody > 0 {
		return e.largestBody
	}
	return maxBody
}

func tooLarge(bound int64) error {
	return refuse(codeBodyTooLarge, "a body may have up to %d bytes", bound).with("Connection", "close")
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
	bound := x.endpoint.bodyBound()
	x.body.Reset()
	switch _, err := x.body.ReadFrom(io.LimitReader(packed, bound+1)); {
	case err != nil:
		return refuse(codeUnreadableBody, "the body is not what its Content-Encoding says, gzip, or it ended before it was complete")
	case int64(x.body.Len()) > bound:
		return tooLarge(bound)
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
