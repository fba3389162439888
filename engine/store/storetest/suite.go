package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Run runs the suite, each part on a store of its own that open returns.
func Run(t *testing.T, open func(t *testing.T) engine.Store) {
	parts := []struct {
		name string
		test func(*testing.T, suite)
	}{
		{"process", testProcess},
		{"process is saved once per version", testProcessVersions},
		{"connection", testConnection},
		{"connection is restarted", testRestart},
		{"connection is deleted", testDelete},
		{"history", testHistory},
		{"flow", testFlow},
		{"connections are listed", testConnections},
		{"counters", testCounters},
		{"times of what is counted", testTimes},
		{"who time has authenticated", testLastAuthenticated},
		{"connections are counted", testCountConnections},
		{"open processes are counted", testCountOpenProcesses},
		{"processes to look at", testUserProcesses},
		{"processes are listed, and those that are open", testProcesses},
		{"flows within a change", testFlowsWithin},
		{"connections whose status has changed", testOutdatedConnections},
		{"requests are claimed once", testClaims},
		{"rates are counted in windows", testWindows},
		{"identifiers of declared apis", testIdentifiers},
		{"what declared apis keep", testKept},
		{"a process is bound to another scenario", testRebind},
		{"sessions", testSessions},
		{"sessions as they are expected", testExpectedSessions},
		{"sessions that are idle", testIdleSessions},
		{"a session is forgotten with its records", testForgetSession},
		{"a large session is forgotten in portions", testForgetInPortions},
		{"connections that are due", testDueConnections},
		{"what time brings next", testComing},
		{"what a session is verified by", testVerify},
		{"deliveries of webhooks", testDeliveries},
		{"deliveries that are pending", testPendingDeliveries},
		{"endings that webhooks await", testEndings},
		{"what a change returns is its own", testOwnership},
		{"a failed change leaves nothing", testFailedChange},
		{"a panicking change leaves nothing", testPanic},
		{"an ended context changes nothing", testEndedContext},
		{"a change sees its own work", testOwnWork},
		{"concurrent logins are counted one by one", testConcurrentCounting},
		{"of racing inputs one wins", testRace},
		{"failing changes do not take others along", testMixedBatch},
	}
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, suite{store: open(t), ctx: t.Context()})
		})
	}
}

// suite is one part's store, and what is often done with it.
type suite struct {
	store engine.Store
	ctx   context.Context
}

func (s suite) update(t *testing.T, change func(tx engine.Tx) error) {
	t.Helper()
	if err := s.store.Update(s.ctx, change); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func (s suite) process(t *testing.T, id string) engine.Process {
	t.Helper()
	p, err := s.store.Process(s.ctx, id)
	if err != nil {
		t.Fatalf("process %q: %v", id, err)
	}
	return p
}

func (s suite) connection(t *testing.T, id string) engine.Connection {
	t.Helper()
	c, err := s.store.Connection(s.ctx, id)
	if err != nil {
		t.Fatalf("connection %q: %v", id, err)
	}
	return c
}

func (s suite) addProcess(t *testing.T, p engine.Process, flow *engine.Flow) {
	t.Helper()
	s.update(t, func(tx engine.Tx) error { return tx.InsertProcess(p, flow) })
}

func (s suite) addConnection(t *testing.T, c engine.Connection, flow *engine.Flow) {
	t.Helper()
	s.update(t, func(tx engine.Tx) error { return tx.InsertConnection(c, flow, time.Time{}) })
}

func same[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("\n got %+v\nwant %+v", got, want)
	}
}

func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}
