package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mockbank/mockbank/engine"
)

// maxFormFields bounds the fields of a form: none of ours has more than a handful.
const maxFormFields = 1000

// byteOrderMark begins what some editors and shells save. It says nothing about UTF-8 (RFC 8259, 8.1).
var byteOrderMark = []byte("\ufeff")

// fields decodes the body, which [exchange.readBody] has read. Members that the
// endpoint does not know are let pass, as the original does, but for those that look like one it does.
func (x *exchange) fields() (*fields, error) {
	if x.decoded != nil {
		return x.decoded, nil
	}
	f, err := x.decode()
	if err == nil {
		f.naming = x.naming()
		f.checkMembers(x.knownMembers())
		f.rename()
		x.decoded = f
	}
	return f, err
}

// knownMembers are the members that the endpoint reads, for a login those that a condition asks for included.
func (x *exchange) knownMembers() []string {
	known := inputs[x.endpoint.name].members
	if x.endpoint.fault == engine.EndpointAuthenticate {
		known = append(slices.Clip(known), x.api.bank.Rules().Fields...)
	}
	return known
}

func (x *exchange) decode() (*fields, error) {
	body := bytes.TrimPrefix(x.body.Bytes(), byteOrderMark)
	if len(body) == 0 {
		return new(fields), nil
	}
	switch form, err := x.isForm(body); {
	case err != nil:
		return nil, err
	case form:
		return formFields(body)
	default:
		return jsonFields(body)
	}
}

// isForm reports whether the body is a form rather than JSON. curl calls everything a form that is
// not said to be something else, so JSON under that name is taken for what it is.
func (x *exchange) isForm(body []byte) (bool, error) {
	looksLikeJSON := startsObject(body)
	said, err := x.single("Content-Type")
	if err != nil {
		return false, err
	}
	switch kind := mediaType(said); {
	case kind == "application/json", strings.HasSuffix(kind, "+json"):
		return false, nil
	case kind == "application/x-www-form-urlencoded":
		return !looksLikeJSON, nil
	case kind == "" && looksLikeJSON:
		return false, nil
	case kind == "":
		return false, unsupported("the body has no Content-Type")
	default:
		return false, unsupported("the body's Content-Type is not one of ours")
	}
}

func unsupported(reason string) error {
	return refuse(codeMediaType, "%s: send application/json or application/x-www-form-urlencoded", reason).
		with("Accept-Post", "application/json, application/x-www-form-urlencoded")
}

func startsObject(body []byte) bool {
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	return len(trimmed) > 0 && trimmed[0] == '{'
}

// mediaType returns the type in a Content-Type header, in lower case, without its parameters.
func mediaType(header string) string {
	if header == "application/json" || header == "" {
		return header
	}
	kind, _, err := mime.ParseMediaType(header)
	if err != nil && kind == "" {
		return "malformed"
	}
	return kind
}

func jsonFields(body []byte) (*fields, error) {
	if !utf8.Valid(body) {
		return nil, refuse(codeMalformedJSON, "the body is not UTF-8")
	}
	f := new(fields)
	var plain bool
	if f.json, plain = make(members, 0, 4).plainMembers(body); plain {
		return f, nil
	}
	var err error
	f.json, err = anyMembers(body)
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return f, nil
	case errors.As(err, &syntax):
		line, column := position(body, syntax.Offset)
		return nil, refuse(codeMalformedJSON, "line %d, column %d: %s", line, column, syntax.Error())
	case errors.As(err, &wrongType):
		f.fault("", "must be an object, not "+article(wrongType.Value))
		return f, f.err()
	default:
		return nil, refuse(codeMalformedJSON, "the body is not valid JSON")
	}
}

// position returns the line and column, from 1, of the byte that ends at offset.
func position(body []byte, offset int64) (line, column int) {
	before := body[:max(0, min(int(offset)-1, len(body)))]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, len(before) - bytes.LastIndexByte(before, '\n')
}

func formFields(body []byte) (*fields, error) {
	if bytes.Count(body, []byte("&")) >= maxFormFields {
		return nil, refuse(codeMalformedForm, "a form may have up to %d fields", maxFormFields)
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, refuse(codeMalformedForm, "the body is not well-formed application/x-www-form-urlencoded")
	}
	return &fields{form: values}, nil
}
