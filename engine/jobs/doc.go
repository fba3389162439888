// Package jobs does the bank's background work on River: it brings imports forward, sends webhooks,
// and removes what is old. It also lets the nodes on one database know of each other, and take over
// what a dead one held.
//
// A record's answer never waits for a job: what a client reads is worked out when it is read. A job
// writes the same into the record and its history, for whoever looks into the database.
//
// Each import has one job, which was inserted in the transaction of its record. It does what is due,
// which is one idempotent function of the bank, and snoozes to the next point; while it snoozes it
// occupies nobody. Where the database cannot answer, it comes again; it is never given up for that.
//
// A [Courier] sends webhooks: the deliveries of one stream (a process with its connection) in order,
// whichever node takes them, since each is claimed before it is sent. A turn of a session's clock sends
// by the same way what it makes due.
package jobs
