package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

func TestListsStayFlat(t *testing.T) {
	t.Parallel()
	listsStayFlat(t, filepath.Join(t.TempDir(), "mockbank.db"))
}

// listsStayFlat checks that each filter of each list goes by an index of its own, so that what it costs does not grow
// with what the table holds beside its page. It looks at what the database reads, not at how long that takes.
func listsStayFlat(t *testing.T, address string) {
	t.Helper()
	s := open(t, address, store.Options{Timeout: time.Minute})
	const many = 2000
	fillLists(t, s, many)
	now := storetest.Start.Add(time.Hour)
	check := func(name, index string, query string, args []any) {
		t.Helper()
		rows, plan, err := store.RowsRead(t.Context(), s, query, args)
		if err != nil || rows > 200 || plan != "" && !strings.Contains(plan, index) {
			t.Errorf("%s: %d rows of %d are read, %v; want the index %s in %s", name, rows, many, err, index, plan)
		}
	}
	for name, c := range map[string]struct {
		index  string
		filter engine.ConnectionFilter
	}{
		"all":             {"PRIMARY KEY", engine.ConnectionFilter{}},
		"session":         {"bank_connections_session (session=? AND id>?)", engine.ConnectionFilter{Session: "big"}},
		"status":          {"bank_connections_status (session=? AND status=? AND id>?)", engine.ConnectionFilter{Session: "big", Status: engine.FailedWithError}},
		"status to come":  {"bank_connections_running (session=? AND end_status=? AND ends_at<?)", engine.ConnectionFilter{Session: "big", Status: engine.FailedWithError}},
		"running":         {"bank_connections_status (session=? AND status=? AND id>?)", engine.ConnectionFilter{Session: "big", Status: engine.InProgress}},
		"bank":            {"bank_connections_bank (session=? AND bank=? AND id>?)", engine.ConnectionFilter{Session: "big", Bank: "Other"}},
		"bank and status": {"bank_connections_bank_status (session=? AND bank=? AND status=? AND id>?)", engine.ConnectionFilter{Session: "big", Bank: "MockBank", Status: engine.FailedWithError}},
		"latest":          {"bank_connections_session (session=? AND id<?)", engine.ConnectionFilter{Session: "big", Latest: true}},
		"latest status":   {"bank_connections_status (session=? AND status=? AND id<?)", engine.ConnectionFilter{Session: "big", Status: engine.Success, Latest: true}},
		"next page":       {"bank_connections_status (session=? AND status=? AND id>?)", engine.ConnectionFilter{Session: "big", Status: engine.Success, After: "02"}},
	} {
		c.filter.Now, c.filter.Limit = now, 10
		query, args := store.ConnectionsQuery(s, c.filter)
		check("connections by "+name, c.index, query, args)
	}
	for name, c := range map[string]struct {
		index  string
		filter engine.DeliveryFilter
	}{
		"all":             {"PRIMARY KEY", engine.DeliveryFilter{}},
		"session":         {"webhook_deliveries_session (session=? AND number>?)", engine.DeliveryFilter{Session: "none"}},
		"process":         {"webhook_deliveries_stream (stream=? AND number>?)", engine.DeliveryFilter{Stream: "none"}},
		"state":           {"webhook_deliveries_state (state=? AND number>?)", engine.DeliveryFilter{State: engine.DeliveryFailed}},
		"session's state": {"webhook_deliveries_session_state (session=? AND state=? AND number>?)", engine.DeliveryFilter{Session: "big", State: engine.DeliveryDropped}},
		"pending":         {"webhook_deliveries_state (state=? AND number>?)", engine.DeliveryFilter{State: engine.DeliveryPending}},
		"webhook":         {"webhook_deliveries_webhook (webhook=? AND number>?)", engine.DeliveryFilter{Webhook: "none"}},
		"latest":          {"webhook_deliveries_session (session=? AND number<?)", engine.DeliveryFilter{Session: "big", Latest: true}},
		"event":           {"webhook_deliveries_event (event=? AND number>?)", engine.DeliveryFilter{Event: "none"}},
		"due":             {"webhook_deliveries_due (session=? AND next_at<?)", engine.DeliveryFilter{Session: "big", State: engine.DeliveryPending, DueBy: now}},
	} {
		c.filter.Limit = 10
		query, args := store.DeliveriesQuery(s, c.filter)
		check("deliveries by "+name, c.index, query, args)
	}
}

func TestOpenProcessesStayFlat(t *testing.T) {
	t.Parallel()
	openProcessesStayFlat(t, filepath.Join(t.TempDir(), "mockbank.db"))
}

// openProcessesStayFlat checks that the open processes are found without going through those that ended.
func openProcessesStayFlat(t *testing.T, address string) {
	t.Helper()
	s := open(t, address, store.Options{Timeout: time.Minute})
	flow := storetest.Flow(t, "one")
	err := s.Update(t.Context(), func(tx engine.Tx) error {
		for i := range 2000 {
			p := storetest.Process(flow)
			p.Session = "big"
			ended := p.CreatedAt.Add(time.Duration(i%2) * time.Second)
			p.EndsAt, p.EndStatus = &ended, engine.Authenticated
			if err := tx.InsertProcess(p, flow); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Analyze(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	query, args := store.ProcessesQuery(s, engine.ProcessFilter{Session: "big", Open: true, Now: storetest.Start.Add(time.Hour), Limit: 10})
	rows, plan, err := store.RowsRead(t.Context(), s, query, args)
	if err != nil || rows > 200 {
		t.Errorf("%d rows are read, %v, %s", rows, err, plan)
	}
	for _, index := range []string{"bank_authentication_processes_undecided", "bank_authentication_processes_ending"} {
		if plan != "" && !strings.Contains(plan, index) {
			t.Errorf("want the index %s in %s", index, plan)
		}
	}
}

// fillLists fills the tables with what every filter has to step over.
func fillLists(t *testing.T, s *store.Store, many int) {
	t.Helper()
	flow := storetest.Flow(t, "one")
	past := storetest.Start.Add(time.Minute)
	for from := 0; from < many; from += 500 {
		err := s.Update(t.Context(), func(tx engine.Tx) error {
			for i := range 500 {
				c := storetest.Connection(flow)
				c.Session, c.Status, c.EndStatus, c.EndsAt = "big", engine.Success, engine.Success, &past
				if err := tx.InsertConnection(c, flow, past.Add(1000*time.Hour)); err != nil {
					return err
				}
				id := fmt.Sprint(from + i)
				d := engine.Delivery{
					ID: storetest.NewID(), Session: "big", Webhook: "hook", Stream: "s" + id, Event: "import.finished", Key: id,
					Payload: []byte("{}"), State: engine.DeliveryDelivered, NextAt: past, CreatedAt: past,
				}
				if err := tx.InsertDelivery(d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Analyze(t.Context(), s); err != nil {
		t.Fatal(err)
	}
}
