package engine

import "context"

// CountLogins implements [Store].
func (m *Memory) CountLogins(_ context.Context, session, except string) (map[string]int, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	logins := make(map[string]int)
	for _, p := range m.processes {
		if p.Session == session && p.FlowHash != except {
			logins[p.Scenario]++
		}
	}
	return logins, nil
}

// CountDeliveries implements [Store].
func (m *Memory) CountDeliveries(_ context.Context, session string) (map[DeliveryState]int, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	states := make(map[DeliveryState]int)
	for _, d := range m.deliveries {
		if d.Session == session {
			states[d.State]++
		}
	}
	return states, nil
}
