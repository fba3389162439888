package httpapi

import (
	"maps"
	"net/http"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// The codes of refusals that this package makes itself; the bank's own are in [engine].
const (
	codeMalformedJSON       engine.Code = "malformed_json"
	codeMalformedForm       engine.Code = "malformed_form"
	codeUnreadableBody      engine.Code = "unreadable_body"
	codeInvalidHeader       engine.Code = "invalid_header"
	codeUnauthorized        engine.Code = "unauthorized"
	codeLoopbackOnly        engine.Code = "loopback_only"
	codeCrossOrigin         engine.Code = "cross_origin"
	codeForeignHost         engine.Code = "foreign_host"
	codeRequestTimeout      engine.Code = "request_timeout"
	codeClientGone          engine.Code = "client_gone"
	codeUnknownPath         engine.Code = "unknown_path"
	codeMethodNotAllowed    engine.Code = "method_not_allowed"
	codeKeyInUse            engine.Code = "idempotency_key_in_use"
	codeKeyReused           engine.Code = "idempotency_key_reused"
	codeBodyTooLarge        engine.Code = "body_too_large"
	codeMediaType           engine.Code = "unsupported_media_type"
	codeInvalidFields       engine.Code = "invalid_fields"
	codeInvalidParameters   engine.Code = "invalid_parameters"
	codeConfigurationFailed engine.Code = "configuration_refused"
	codeTooManyRequests     engine.Code = "too_many_requests"
	codeNotReady            engine.Code = "not_ready"
	codeTooManyStreams      engine.Code = "too_many_streams"
	codeNoJournal           engine.Code = "no_journal"
	codeReadOnly            engine.Code = "read_only"
	codeFileChanged         engine.Code = "file_changed"

	codePreconditionRequired engine.Code = "precondition_required"
	codeInternal             engine.Code = "internal"
)

// outcome is how a code is told over HTTP.
type outcome struct {
	status int
	title  string
}

// outcomes is the one table from codes to HTTP: that of the bank and of declared apis, and this package's own. A
// code that is not in it is an internal error.
var outcomes = func() map[engine.Code]outcome {
	all := make(map[engine.Code]outcome)
	for code, reported := range surface.Outcomes() {
		all[code] = outcome{reported.Status, reported.Title}
	}
	maps.Copy(all, ownOutcomes)
	return all
}()

// ownOutcomes are those of this package's own codes.
var ownOutcomes = map[engine.Code]outcome{
	codeMalformedForm:  {http.StatusBadRequest, "The body is not a valid form"},
	codeUnreadableBody: {http.StatusBadRequest, "The body could not be read"},
	codeInvalidHeader:  {http.StatusBadRequest, "A request header is invalid"},

	codeRequestTimeout: {http.StatusRequestTimeout, "The body did not come in time"},
	codeClientGone:     {statusClientGone, "The client went away before it was answered"},

	codeLoopbackOnly: {http.StatusForbidden, "Without a token the admin API answers loopback only"},
	codeReadOnly:     {http.StatusForbidden, "The console only shows"},
	codeCrossOrigin:  {http.StatusForbidden, "Requests from other sites are refused"},
	codeForeignHost:  {http.StatusForbidden, "The request's Host is not this server's"},

	codeNoJournal: {http.StatusConflict, "No journal is kept"},
	codeKeyInUse:  {http.StatusConflict, "The first request with this key is still running"},

	codeFileChanged:          {http.StatusPreconditionFailed, "The file has changed meanwhile"},
	codePreconditionRequired: {http.StatusPreconditionRequired, "Say which version of the file you saw"},

	codeBodyTooLarge: {http.StatusRequestEntityTooLarge, "The body is too large"},
	codeMediaType:    {http.StatusUnsupportedMediaType, "The content type is not supported"},

	codeInvalidParameters:   {http.StatusUnprocessableEntity, "Query parameters are invalid"},
	codeKeyReused:           {http.StatusUnprocessableEntity, "The key was used for another request"},
	codeConfigurationFailed: {http.StatusUnprocessableEntity, "The configuration was refused"},

	codeTooManyStreams: {http.StatusServiceUnavailable, "Too many streams are open"},
	codeNotReady:       {http.StatusServiceUnavailable, "Not ready"},
}

// statusClientGone stands for an answer that nobody waits for any more, in the log and the metrics. It is the
// client's doing, and no failure of the bank.
const statusClientGone = 499

// retryAfter is what a 503 says in Retry-After, in seconds.
const retryAfter = "1"
