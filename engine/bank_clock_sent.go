package engine

import "context"

// deliveredMark is what a turn of the clock counts its deliveries from: whichever node or job sends them meanwhile,
// what is delivered beyond the mark when the turn is answered was delivered because of it.
type deliveredMark struct {
	session string
	// after is the number before the first delivery that the turn may make be sent, and before is how many of those
	// behind it were delivered already.
	after  int64
	before int
}

// markDelivered sets the mark before a turn.
func (cs Clocks) markDelivered(ctx context.Context, session string, change ClockChange) (m deliveredMark, err error) {
	m.session = session
	if m.after, err = cs.bank.store.LastDelivery(ctx, session); err != nil || m.after == 0 {
		return m, err
	}
	s, err := cs.bank.session(ctx, session)
	if err != nil {
		return m, err
	}
	wall := cs.bank.now()
	due := later(change.apply(s.Clock, wall).At(wall), wall) // what a fault keeps back is due by the session's clock
	waiting, err := cs.bank.store.Deliveries(ctx, DeliveryFilter{Session: session, State: DeliveryPending, DueBy: due, Limit: 1})
	if err != nil || len(waiting) == 0 {
		return m, err
	}
	m.after = waiting[0].Number - 1
	m.before, err = cs.bank.store.CountDelivered(ctx, session, m.after)
	return m, err
}

// countSent returns how many deliveries came since the mark was set.
func (cs Clocks) countSent(ctx context.Context, m deliveredMark) (int, error) {
	delivered, err := cs.bank.store.CountDelivered(ctx, m.session, m.after)
	return max(0, delivered-m.before), err // one that was replayed meanwhile is no longer delivered
}
