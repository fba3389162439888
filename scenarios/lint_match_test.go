package scenarios

import "testing"

// TestATextWithAOneTimeCodeTakesLess: who also asks for a one-time code leaves logins to a later scenario with the text alone.
func TestATextWithAOneTimeCodeTakesLess(t *testing.T) {
	t.Parallel()
	_, report := loadText(t, `
scenarios:
  - {name: narrow, when: {password: {equals: "123456", totp: {secret: GEZDGNBVGY3TQOJQ}}}, authentication: AUTHENTICATED}
  - {name: wide, when: {password: "123456"}, authentication: AUTHENTICATION_FAILED}
`)
	for _, one := range report.Diagnostics {
		if one.Code == CodeNeverMatches {
			t.Error(one)
		}
	}
}
