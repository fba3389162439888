package app_test

import (
	"testing"
	"time"
)

const queueingBank = `
scenarios:
  - name: queueing
    when: {password: x}
    authentication: AUTHENTICATED
    import: {takes: 10s}
    update:
      while_running: queue
      cases:
        - {older_than: 1d, respond: {http_status: 400, processed: false, body: {error: CONSENT_EXPIRED}}}
        - {takes: 3s}
`

// A fault of the session refuses an update that would wait as it refuses any other: nothing waits then, and the next one
// may. What refuses a case refuses it where it would wait, too.
func TestFaultsOfASessionRefuseAnUpdateThatWouldWait(t *testing.T) {
	t.Parallel()
	p := play(t, queueingBank)
	p.login("x").want(200)
	p.connect().want(201)
	p.faults("PUT", `[{"endpoint": "update", "http_status": 503, "processed": false, "lasts": "4s"}]`).want(200)
	p.update().want(503, "code", "service_unavailable")
	p.Advance(4 * time.Second) // the fault has ended, the import has not
	p.update().want(200, "import_progress", 40.0)
	p.update().want(423)
	p.Advance(6 * time.Second)
	p.read().want(200, "status", "IN_PROGRESS", "import_progress", 0.0)
	p.Advance(3 * time.Second)
	p.read().want(200, "status", "SUCCESS")

	// One that is lost after the deed waits all the same.
	p.update().want(200)
	p.faults("PUT", `[{"endpoint": "update", "http_status": 502}]`).want(200)
	p.update().want(502)
	p.faults("DELETE", nil).want(204)
	p.update().want(423)
	p.Advance(3 * time.Second)
	p.read().want(200, "status", "IN_PROGRESS")
	p.Advance(3 * time.Second)

	p.Advance(24 * time.Hour)
	p.update().want(400, "error", "CONSENT_EXPIRED")
	p.read().want(200, "status", "SUCCESS")
}

// The rate of updates is that of the session's fault where an update waits; one beyond it does not wait.
func TestALimitOfASessionCountsUpdatesThatWait(t *testing.T) {
	t.Parallel()
	p := play(t, queueingBank)
	p.login("x").want(200)
	p.connect().want(201)
	p.faults("PUT", `[{"endpoint": "update", "rate_limit": {"per": "1h", "requests": 1, "for": "connection"}}]`).want(200)
	p.update().want(200, "status", "IN_PROGRESS")
	p.Advance(10 * time.Second) // the one that waited has begun
	p.update().want(429)
	p.Advance(3 * time.Second)
	p.read().want(200, "status", "SUCCESS") // and nothing waits any more
}
