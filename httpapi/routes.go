package httpapi

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"
)

// adminPath is where the admin API is.
const adminPath = "/admin/v1"

// banksPath is where version 1 of the API has its banks.
const banksPath = "/api/v1/banks"

// route lays out every path that mockbank answers. The busiest come first, since the router tries
// them in this order.
func (a *api) route() {
	a.router = mux.NewRouter().SkipClean(true)
	a.unrouted = a.metered(&endpoint{name: "unrouted", answer: refuseUnknownPath, journalled: true})
	a.router.NotFoundHandler = a.unrouted
	a.preflight = a.metered(&endpoint{name: "preflight", answer: answerPreflight, quiet: true})
	a.router.MethodNotAllowedHandler = a.metered(&endpoint{name: "method_not_allowed", answer: methodNotAllowed, journalled: true})

	base, admin := a.config.BasePath, adminPath

	a.offer("authenticate", "POST", base+"/bank_connections/authenticate", authenticate).session = sessionOfLogin
	a.only(base + "/bank_connections/authenticate")
	a.offer("confirm_challenge_response", "POST", base+"/bank_connections/confirm_challenge_response", confirmChallengeResponse)
	a.only(base + "/bank_connections/confirm_challenge_response")
	a.offer("connection", "GET", base+"/bank_connections/{id}", showConnection)
	a.offer("process", "GET", base+"/bank_connections/authenticate/{id}", showProcess)
	a.offer("connect", "POST", base+"/bank_connections", connect)
	a.offer("connections", "GET", base+"/bank_connections", listConnections)
	a.offer("update", "POST", base+"/bank_connections/{id}/update", updateConnection)
	a.offer("delete", "DELETE", base+"/bank_connections/{id}", deleteConnection)
	a.offer("banks", "GET", base+"/banks", listBanks)
	a.offer("bank", "GET", base+"/banks/{slug}", showBank)
	a.offer("banks_v1", "GET", banksPath, listBanksV1)
	a.offer("bank_v1", "GET", banksPath+"/{slug}", showBankV1)

	a.to("admin_status", "GET", admin+"/status", guardAdmin, showStatus)
	a.to("admin_reload", "POST", admin+"/reload", guardAdmin, reload)
	a.to("admin_scenarios", "GET", admin+"/scenarios", guardAdmin, listScenarios)
	a.to("admin_scenario", "GET", admin+"/scenarios/{name:.+}", guardAdmin, showScenario)
	a.to("admin_processes", "GET", admin+"/processes", guardAdmin, listProcesses)
	a.to("admin_process", "GET", admin+"/processes/{id}", guardAdmin, inspectProcess)
	a.to("admin_approve", "POST", admin+"/processes/{id}/approve", guardAdmin, approve).journalled = true
	a.to("admin_decline", "POST", admin+"/processes/{id}/decline", guardAdmin, decline).journalled = true

	a.to("admin_sessions", "GET", admin+"/sessions", guardAdmin, listSessions)
	a.to("admin_create_session", "POST", admin+"/sessions", guardAdmin, createSession)
	a.to("admin_delete_sessions", "DELETE", admin+"/sessions", guardAdmin, deleteSessions)
	a.to("admin_session", "GET", admin+"/sessions/{id}", guardAdmin, showSession)
	a.to("admin_delete_session", "DELETE", admin+"/sessions/{id}", guardAdmin, deleteSession)
	a.to("admin_show_clock", "GET", admin+"/sessions/{id}/clock", guardAdmin, showClock)
	a.to("admin_clock", "POST", admin+"/sessions/{id}/clock", guardAdmin, changeClock)
	a.to("admin_switch", "PUT", admin+"/sessions/{id}/switches/{name}", guardAdmin, flipSwitch).journalled = true
	a.to("admin_faults", "GET", admin+"/sessions/{id}/faults", guardAdmin, listSessionFaults)
	a.to("admin_set_faults", "PUT", admin+"/sessions/{id}/faults", guardAdmin, setSessionFaults).journalled = true
	a.to("admin_end_faults", "DELETE", admin+"/sessions/{id}/faults", guardAdmin, endSessionFaults).journalled = true
	a.to("admin_record", "GET", admin+"/sessions/{id}/record", guardAdmin, recordSession)
	a.to("admin_verify", "POST", admin+"/verify", guardAdmin, verify)
	a.to("admin_reset", "POST", admin+"/reset", guardAdmin, reset)
	a.to("admin_webhook_deliveries", "GET", admin+"/webhook_deliveries", guardAdmin, listDeliveries)
	a.to("admin_webhook_delivery", "GET", admin+"/webhook_deliveries/{id}", guardAdmin, showDelivery)
	a.to("admin_replay", "POST", admin+"/webhook_deliveries/{id}/replay", guardAdmin, replayDelivery)
	a.to("admin_explain", "POST", admin+"/explain", guardAdmin, explain)
	a.to("admin_files", "GET", admin+"/files", guardAdmin, listFiles)
	a.page("admin_file", "GET", admin+"/files/{path:.+}", showFile).guard = guardAdmin
	a.to("admin_write_file", "PUT", admin+"/files/{path:.+}", guardFiles, writeFile).largestBody = largestFileBody
	a.to("admin_diagnose", "POST", admin+"/diagnose", guardAdmin, diagnose).largestBody = largestFileBody
	a.to("admin_complete", "POST", admin+"/complete", guardAdmin, complete).largestBody = largestFileBody
	a.to("admin_journal", "GET", admin+"/journal", guardAdmin, listJournal)
	a.to("admin_forget_journal", "DELETE", admin+"/journal", guardAdmin, forgetJournal)
	a.page("admin_follow_journal", "GET", admin+"/journal/stream", followJournal).guard = guardAdmin
	a.page("admin_coverage", "GET", admin+"/coverage", showCoverage).guard = guardAdmin

	a.page("index", "GET", "/", showIndex)
	a.page("login", "GET", "/login/{id}", showLogin).journalled = true
	a.page("login_decision", "POST", "/login/{id}", decideLogin).journalled = true
	a.page("phone", "GET", "/phone/{id}", showPhone).journalled = true
	a.page("phone_decision", "POST", "/phone/{id}", decideOnPhone).journalled = true
	a.page("phone_changes", "GET", "/phone/{id}/changes", followPhone).quiet = true
	a.page("phone_search", "GET", "/phone", findPhone)
	a.page("openapi", "GET", "/openapi.yaml", showDocument)
	a.page("openapi_json", "GET", "/openapi.json", showDocumentAsJSON)
	a.quietly("healthz", "/healthz", showHealth)
	a.quietly("readyz", "/readyz", showReadiness)
	a.page("metrics", "GET", "/metrics", a.metrics.show).quiet = true
}

// offer routes requests to one of the bank's own endpoints.
func (a *api) offer(name, method, path string, answer func(*exchange) error) *endpoint {
	e := a.to(name, method, path, guardBank, answer)
	e.journalled, e.fault = true, faultEndpoints[name]
	a.offered = append(a.offered, offered{name, method, path})
	return e
}

// to routes the API's requests to a handler.
func (a *api) to(name, method, path string, guard guard, answer func(*exchange) error) *endpoint {
	return a.add(method, path, &endpoint{name: name, guard: guard, answer: answer})
}

// page routes requests to a handler that writes its answer itself.
func (a *api) page(name, method, path string, page func(*exchange) error) *endpoint {
	return a.add(method, path, &endpoint{name: name, guard: guardHost, page: page})
}

// quietly routes what machines ask all day long.
func (a *api) quietly(name, path string, answer func(*exchange) error) {
	a.to(name, "GET", path, guardHost, answer).quiet = true
}

func (a *api) add(method, path string, e *endpoint) *endpoint {
	methods := []string{method}
	if method == http.MethodGet {
		methods = append(methods, http.MethodHead)
	}
	a.routes = append(a.routes, routed{method, strings.ReplaceAll(path, ":.+}", "}")})
	a.router.Handle(path, a.metered(e)).Methods(methods...).Name(e.name)
	return e
}

// only keeps the routes that follow from taking the path's last part for a variable.
func (a *api) only(path string) {
	a.router.Handle(path, a.router.MethodNotAllowedHandler)
}

func (a *api) metered(e *endpoint) *endpoint {
	e.meter = a.metrics.meter(e.name)
	return e
}
