package console

import "github.com/mockbank/mockbank/httpapi/locale"

// english are the console's words in English.
var english = locale.Texts{
	"skip": "To the content", "nav": "Pages of the console", "bar": "Session, clock and rules", "footer": "mockbank %s on node %s",
	"metrics": "Metrics", "coverage": "Coverage", "copied": "Copied",
	"session": "Session", "scenario": "Scenario", "endpoint": "Endpoint", "outcome": "Outcome", "id": "Id", "status": "Status",
	"time": "Time", "record": "Record", "bank": "Bank and user", "process": "Process", "connection": "Connection", "made": "Made",
	"all": "all", "show": "Show", "more": "More", "find": "Find a process or connection", "find_it": "Find", "in": "in", "send": "Send",
	"copy": "Copy", "copy_curl": "Copy as curl", "replay": "Send again", "pause": "Pause", "read_only": "This console only shows; it changes nothing.",
	"replay_note": "The journal holds no secret: one that the scenario takes is put in.",
	"approve":     "Approve", "decline": "Decline", "sign_out": "Sign out", "flow": "Flow", "open_flow": "Open its flow",
	"holds": "holds", "fails": "differs", "had": "sent was", "delayed": "held back for %s ms", "took": "took %s ms",
	"request": "Request", "answer": "Answer", "moves": "Steps taken", "fallen": "Fell to the catch-all", "fallen_short": "catch-all",
	"clock": "Clock", "clock.frozen": "FROZEN", "clock.running": "RUNNING", "clock.freeze": "Freeze", "clock.resume": "Resume",
	"clock.next": "Next event", "clock.to": "Next event: +%s", "clock.no_session": "That is no session’s name: it has 1 to 64 letters, digits, dots, underscores and hyphens.",
	"clock.no_turn": "The clock turns by a duration such as 2s, 5m or 90d.", "clock.nothing_due": "Nothing is due in this session: the clock stays.",
	"rules": "Rules", "scenarios_n": "· %d scenarios", "reload.ok": "ok", "reload.refused_short": "file refused",
	"reload.refused":      "The configuration on disk is refused.",
	"reload.refused_text": "The rules before it go on serving. Mend the file and save; this goes away by itself.",

	"live.title": "Live", "live.choose": "Choose an exchange to see why it was answered as it was.", "live.none": "No exchange that is kept fits the filter.",
	"live.no_journal": "This node is configured to keep no journal (server.journal_entries), so there is nothing to show here.",
	"live.logins":     "%d logins", "live.fallen": "%d fell to the catch-all",
	"first.title": "Nothing came yet", "first.login": "Log in, as your app would:", "first.watch": "Watch the login appear here, with the scenario that answered and why.",
	"first.edit": "Open its flow, answer the TAN there, and turn the clock; then write a case of your own into the YAML file and save.",

	"exchange.title": "Exchange", "exchange.gone": "The journal does not hold this exchange any more: it keeps the last ones of this node.",
	"exchange.missing": "No value is known for a secret that this request had.",
	"why":              "Why", "why.matched": "All conditions of this scenario held:", "why.forced": "The request named its scenario:",
	"why.nothing": "No scenario took this login: it was answered as the rules say for nobody.", "why.began": "The process plays the scenario it began with:",
	"why.none": "No scenario had a say in this answer.", "why.near": "Nearest misses",

	"flow.process": "Process", "flow.connection": "Connection", "flow.drawing": "The flow, with the way that was taken", "flow.import": "Import",
	"flow.past": "What happened", "flow.no_past": "This node’s journal holds nothing about it.", "flow.answer": "What a client would get now",
	"flow.do": "Be the user", "flow.nothing": "Nobody can send anything now.", "flow.next": "What time does next", "flow.still": "Nothing happens by itself now.",
	"flow.page": "Open the bank’s page", "flow.no_input": "The process takes no such input.",
	"input.challenge_response": "Answer to the challenge", "input.password": "Additional password", "input.two_step_procedure": "Method (its id)",

	"connections.title": "Connections", "connections.none": "The session %s has no such connection.", "failure.title": "That did not work",
	"sign_in.title": "Sign in", "sign_in.lead": "The console changes the bank, so it asks for the admin token of the configuration.",
	"sign_in.token": "Admin token", "sign_in.wrong": "That is not the token.",
	"span.seconds": "{s} s", "span.minutes": "{m} min {s} s", "span.hours": "{h} h {m} min", "span.days": "{d} d {h} h",
}
