package httpapi

import (
	"net/http"

	"github.com/mockbank/mockbank/engine"
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
	codeInternal            engine.Code = "internal"
)

// outcome is how a code is told over HTTP.
type outcome struct {
	status int
	title  string
}

// outcomes is the one table from codes to HTTP. A code that is not in it is an internal error.
var outcomes = map[engine.Code]outcome{
	codeMalformedJSON:  {http.StatusBadRequest, "The body is not valid JSON"},
	codeMalformedForm:  {http.StatusBadRequest, "The body is not a valid form"},
	codeUnreadableBody: {http.StatusBadRequest, "The body could not be read"},
	codeInvalidHeader:  {http.StatusBadRequest, "A request header is invalid"},

	codeRequestTimeout: {http.StatusRequestTimeout, "The body did not come in time"},
	codeClientGone:     {statusClientGone, "The client went away before it was answered"},

	codeUnauthorized: {http.StatusUnauthorized, "A valid bearer token is needed"},
	codeLoopbackOnly: {http.StatusForbidden, "Without a token the admin API answers loopback only"},
	codeReadOnly:     {http.StatusForbidden, "The console only shows"},
	codeCrossOrigin:  {http.StatusForbidden, "Requests from other sites are refused"},
	codeForeignHost:  {http.StatusForbidden, "The request's Host is not this server's"},

	engine.CodeNotFound:  {http.StatusNotFound, "No such record"},
	codeUnknownPath:      {http.StatusNotFound, "No such path"},
	codeMethodNotAllowed: {http.StatusMethodNotAllowed, "The path does not take this method"},

	engine.CodeNoChallengeOpen:  {http.StatusConflict, "The process takes no such input"},
	engine.CodeNotAuthenticated: {http.StatusConflict, "The authentication is not completed"},
	engine.CodeAlreadyUsed:      {http.StatusConflict, "The authentication was used already"},
	engine.CodeSessionExists:    {http.StatusConflict, "There is a session of this name"},
	engine.CodeTooManySessions:  {http.StatusConflict, "There are too many sessions"},
	codeNoJournal:               {http.StatusConflict, "No journal is kept"},
	codeKeyInUse:                {http.StatusConflict, "The first request with this key is still running"},

	codeBodyTooLarge: {http.StatusRequestEntityTooLarge, "The body is too large"},
	codeMediaType:    {http.StatusUnsupportedMediaType, "The content type is not supported"},

	codeInvalidFields:          {http.StatusUnprocessableEntity, "Fields of the body are missing or invalid"},
	codeInvalidParameters:      {http.StatusUnprocessableEntity, "Query parameters are invalid"},
	engine.CodeUnknownBank:     {http.StatusUnprocessableEntity, "No such bank"},
	engine.CodeUnknownScenario: {http.StatusUnprocessableEntity, "No such scenario"},
	engine.CodeScenarioValue:   {http.StatusUnprocessableEntity, "The login gives the scenario an invalid value"},
	codeKeyReused:              {http.StatusUnprocessableEntity, "The key was used for another request"},
	codeConfigurationFailed:    {http.StatusUnprocessableEntity, "The configuration was refused"},

	engine.CodeImportRunning: {http.StatusLocked, "An import is running"},

	codeTooManyRequests: {http.StatusTooManyRequests, "Too many requests"},

	codeInternal: {http.StatusInternalServerError, "Something went wrong inside mockbank"},

	engine.CodeUnavailable: {http.StatusServiceUnavailable, "The bank cannot answer now"},
	engine.CodeConflict:    {http.StatusServiceUnavailable, "The record is changing too often"},
	codeTooManyStreams:     {http.StatusServiceUnavailable, "Too many streams are open"},
	codeNotReady:           {http.StatusServiceUnavailable, "Not ready"},
}

// statusClientGone stands for an answer that nobody waits for any more, in the log and the metrics. It is the
// client's doing, and no failure of the bank.
const statusClientGone = 499

// retryAfter is what a 503 says in Retry-After, in seconds.
const retryAfter = "1"
