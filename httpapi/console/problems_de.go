package console

import (
	"maps"
	"slices"

	"github.com/mockbank/mockbank/httpapi/locale"
)

// germanProblems say in German what a code of a refusal means to who uses the console. The English words are those of the
// refusal itself, which say more; they stand behind.
var germanProblems = locale.Texts{
	"not_found":                    "Das gibt es nicht (mehr).",
	"no_challenge_open":            "Der Vorgang nimmt jetzt keine solche Eingabe an.",
	"session_exists":               "Eine Sitzung mit diesem Namen gibt es schon.",
	"too_many_sessions":            "Es gibt so viele Sitzungen, wie es sein dürfen.",
	"unauthorized":                 "Dafür müssen Sie angemeldet sein.",
	"loopback_only":                "Ohne Admin-Token darf nur dieser Rechner selbst die Konsole benutzen.",
	"cross_origin":                 "Die Anfrage kam von einer fremden Seite.",
	"foreign_host":                 "Die Anfrage nannte einen fremden Host.",
	"read_only":                    "Diese Konsole zeigt nur; sie ändert nichts.",
	"invalid_fields":               "Das Formular enthält etwas, das nicht geht.",
	"internal":                     "Der Server hat einen Fehler gemacht; im Log steht, welchen.",
	"unknown_bank":                 "Die Regeln haben keine solche Bank.",
	"unknown_scenario":             "Die Regeln haben kein solches Szenario.",
	"authentication_already_used":  "Zu diesem Vorgang gibt es schon eine Verbindung.",
	"authentication_not_completed": "Der Vorgang ist nicht so weit.",
	"import_running":               "Ein Import läuft noch.",
	"unavailable":                  "Die Datenbank ist gerade beschäftigt.",
	"conflict":                     "Inzwischen hat sich etwas geändert.",
}

// reported is what is told of a refusal in the page's language.
func (p *page) reported(code, text string) string {
	if said := germanProblems[code]; p.language.Tag == "de" && said != "" {
		return said + " (" + text + ")"
	}
	return text
}

// TranslatedProblems are the codes of refusals that are told in another language than English.
func TranslatedProblems() []string { return slices.Sorted(maps.Keys(germanProblems)) }
