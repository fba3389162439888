package console

import "github.com/mockbank/mockbank/httpapi/locale"

// german are the console's words in German.
var german = locale.Texts{
	"skip": "Zum Inhalt", "nav": "Seiten der Konsole", "bar": "Sitzung, Uhr und Regeln", "footer": "mockbank %s auf dem Knoten %s",
	"metrics": "Metriken", "coverage": "Abdeckung", "copied": "Kopiert",
	"session": "Sitzung", "scenario": "Szenario", "endpoint": "Endpunkt", "outcome": "Ausgang", "id": "Kennung", "status": "Status",
	"time": "Zeit", "record": "Satz", "bank": "Bank und Benutzer", "process": "Vorgang", "connection": "Verbindung", "made": "Entstanden",
	"all": "alle", "show": "Zeigen", "more": "Weitere", "find": "Vorgang oder Verbindung suchen", "find_it": "Suchen", "in": "in", "send": "Senden",
	"copy": "Kopieren", "copy_curl": "Als curl kopieren", "replay": "Noch einmal senden", "pause": "Anhalten", "read_only": "Diese Konsole zeigt nur; sie ändert nichts.",
	"replay_note": "Das Journal enthält kein Geheimnis: Eines, das das Szenario annimmt, wird eingesetzt.",
	"approve":     "Zustimmen", "decline": "Ablehnen", "sign_out": "Abmelden", "flow": "Ablauf", "open_flow": "Ablauf öffnen",
	"holds": "trifft zu", "fails": "weicht ab", "had": "gesendet wurde", "delayed": "%s ms zurückgehalten", "took": "dauerte %s ms",
	"request": "Anfrage", "answer": "Antwort", "moves": "Schritte", "fallen": "Beim Auffangszenario gelandet", "fallen_short": "aufgefangen",
	"clock": "Uhr", "clock.frozen": "STEHT", "clock.running": "LÄUFT", "clock.freeze": "Anhalten", "clock.resume": "Weiterlaufen",
	"clock.next": "Nächstes Ereignis", "clock.to": "Nächstes Ereignis: +%s", "clock.no_session": "So heißt keine Sitzung: Ein Name hat 1 bis 64 Buchstaben, Ziffern, Punkte, Unterstriche und Bindestriche.",
	"clock.no_turn": "Die Uhr geht um eine Dauer wie 2s, 5m oder 90d vor.", "clock.nothing_due": "In dieser Sitzung steht nichts an: Die Uhr bleibt, wie sie ist.",
	"rules": "Regeln", "scenarios_n": "· %d Szenarien", "reload.ok": "in Ordnung", "reload.refused_short": "Datei abgelehnt",
	"reload.refused":      "Die Konfiguration auf der Platte ist abgelehnt.",
	"reload.refused_text": "Die Regeln davor gelten weiter. Berichtigen Sie die Datei und speichern Sie; dies verschwindet dann von selbst.",

	"live.title": "Live", "live.choose": "Wählen Sie einen Austausch, um zu sehen, warum er so beantwortet wurde.", "live.none": "Kein Austausch, der noch da ist, passt zum Filter.",
	"live.no_journal": "Dieser Knoten führt laut Konfiguration kein Journal (server.journal_entries), also gibt es hier nichts zu zeigen.",
	"live.logins":     "%d Anmeldungen", "live.fallen": "%d beim Auffangszenario gelandet",
	"first.title": "Noch ist nichts gekommen", "first.login": "Melden Sie sich an, wie Ihre App es täte:", "first.watch": "Sehen Sie hier die Anmeldung erscheinen, mit dem Szenario, das antwortete, und dem Grund.",
	"first.edit": "Öffnen Sie ihren Ablauf, beantworten Sie dort die TAN und stellen Sie die Uhr vor; schreiben Sie dann einen eigenen Fall in die YAML-Datei und speichern Sie.",

	"exchange.title": "Austausch", "exchange.gone": "Das Journal enthält diesen Austausch nicht mehr: Es behält die letzten dieses Knotens.",
	"exchange.missing": "Für ein Geheimnis dieser Anfrage ist kein Wert bekannt.",
	"why":              "Warum", "why.matched": "Alle Bedingungen dieses Szenarios trafen zu:", "why.forced": "Die Anfrage nannte ihr Szenario:",
	"why.nothing": "Kein Szenario nahm diese Anmeldung an: Sie wurde beantwortet, wie es die Regeln für niemanden vorsehen.", "why.began": "Der Vorgang spielt das Szenario, mit dem er begann:",
	"why.none": "Kein Szenario bestimmte diese Antwort.", "why.near": "Knapp verfehlt",

	"flow.process": "Vorgang", "flow.connection": "Verbindung", "flow.drawing": "Der Ablauf mit dem Weg, der genommen wurde", "flow.import": "Import",
	"flow.past": "Was geschah", "flow.no_past": "Das Journal dieses Knotens enthält nichts darüber.", "flow.answer": "Was ein Client jetzt bekäme",
	"flow.do": "Seien Sie der Benutzer", "flow.nothing": "Jetzt kann niemand etwas senden.", "flow.next": "Was die Zeit als Nächstes tut", "flow.still": "Von selbst geschieht jetzt nichts.",
	"flow.page": "Seite der Bank öffnen", "flow.no_input": "Der Vorgang nimmt keine solche Eingabe an.",
	"input.challenge_response": "Antwort auf die Frage", "input.password": "Weiteres Passwort", "input.two_step_procedure": "Verfahren (seine Kennung)",

	"connections.title": "Verbindungen", "connections.none": "Die Sitzung %s hat keine solche Verbindung.", "failure.title": "Das ging nicht",
	"sign_in.title": "Anmelden", "sign_in.lead": "Die Konsole ändert die Bank, deshalb fragt sie nach dem Admin-Token der Konfiguration.",
	"sign_in.token": "Admin-Token", "sign_in.wrong": "Das ist nicht das Token.",
	"span.seconds": "{s} s", "span.minutes": "{m} min {s} s", "span.hours": "{h} h {m} min", "span.days": "{d} T {h} h",
}
