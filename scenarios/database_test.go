package scenarios

import (
	"strings"
	"testing"
)

// The true reason for each part of a database's address, and nothing of what may be a password.
func TestADatabasesAddressIsRefusedForItsReason(t *testing.T) {
	t.Parallel()
	for address, why := range map[string]string{
		"postgres://u:s3cret@h:99999/d": "port lies outside", "postgres://u:s3cret@h:abc/d": "port is no number", "postgres://u:s3cret@h:/d": "port is no number",
		"POSTGRES://u:s3cret@h/d": "small letters", "mysql://u:s3cret@h/d": "neither", "postgres://u:p@s3cret@h/d": "more than one @",
		"postgres://u:s3/cret@h/d": "ends the host", "postgres://u:s3cret%zz@h/d": "%25", "postgres://h1:5432,h2:0/d": "outside",
	} {
		_, report := loadText(t, "server: {database: \""+address+"\"}\nscenarios:\n  - {name: all, authentication: AUTHENTICATED}\n")
		if len(report.Diagnostics) != 1 {
			t.Errorf("%s: %v", address, report.Diagnostics)
			continue
		}
		only := report.Diagnostics[0]
		if said := only.Message + only.Hint; only.Code != CodeBadServer || !strings.Contains(said, why) || strings.Contains(said+only.Source, "cret") {
			t.Errorf("%s: %v (%s)", address, only, only.Source)
		}
	}
	for _, address := range []string{"postgres://u:s%40cret@h:5432/d?sslmode=disable", "postgresql:///d?host=/run", "postgres://h1:5432,h2:5433/d", "postgres://[::1]:5432/d", "bank.db", ":memory:"} {
		if why, _ := checkDatabase(address); why != "" {
			t.Errorf("%s: %s", address, why)
		}
	}
}
