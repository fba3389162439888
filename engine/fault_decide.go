package engine

import (
	"cmp"
	"context"
	"time"
)

// asksFaults reports whether some fault may concern the request; where none does, it says so to the request.
func (c *change) asksFaults(ctx context.Context) bool {
	r := requestOf(ctx)
	if r == nil || r.Endpoint == "" {
		return false
	}
	if len(c.rs.faultsOf(r)) > 0 {
		return true
	}
	r.Decided, r.Fault, r.Refused = true, nil, false
	return false
}

// decideFaults asks the faults of the endpoint, within the change that the request leads to. It returns how
// one shapes the answer, where it refuses the request; another shape is left for the request's answer.
func (c *change) decideFaults(ctx context.Context, q *inquiry) (*ResponseShape, error) {
	r := requestOf(ctx)
	if r == nil || r.Endpoint == "" {
		return nil, nil
	}
	r.Decided, r.Fault, r.Refused = true, nil, false
	q.account = r.Account
	shape, err := c.faults(r, q)
	r.Fault = shape
	if shape != nil && shape.Refused {
		return shape, err
	}
	return nil, err
}

// faults returns how the first of the faults that fits a request, and that nothing spares, shapes the answer.
// Each that has an nth counts the request where it fits, whatever another one makes of it.
func (c *change) faults(r *Request, q *inquiry) (chosen *ResponseShape, err error) {
	faults := c.rs.faultsOf(r)
	if len(faults) == 0 {
		return nil, nil
	}
	q.login.Password, q.login.Fields = r.Password, r.Fields
	for _, fault := range faults {
		if ended(fault.Until, c.now) {
			continue
		}
		if chosen != nil && fault.Nth == nil && fault.Response.RateLimit == nil {
			continue
		}
		fits, err := fault.fits(q)
		if err != nil {
			return nil, err
		}
		if !fits {
			continue
		}
		shape, err := c.choose(fault, q, chosen != nil)
		if err != nil {
			return nil, err
		}
		if chosen == nil {
			chosen = shape
		}
	}
	return chosen, nil
}

// faultsOf returns the faults of what the request is to faults, in the order in which they are asked: one that is
// declared for several of its names is asked, and counts, once.
func (rs *RuleSet) faultsOf(r *Request) []*Fault {
	if len(r.Also) == 0 {
		return rs.faults[r.Endpoint]
	}
	var faults []*Fault
	seen := make(map[string]bool)
	for _, name := range r.Also {
		for _, fault := range rs.faults[name] {
			if !seen[fault.counted()] {
				faults = append(faults, fault)
			}
		}
		for _, fault := range rs.faults[name] {
			seen[fault.counted()] = true
		}
	}
	return faults
}

// fits reports whether a request is one that the fault is for.
func (f *Fault) fits(q *inquiry) (bool, error) {
	switch f.When.under(q.login.rule).verdict(q.login) {
	case never:
		return false, nil
	case always:
		return true, nil
	}
	return q.askRecord(&f.When, "fault "+f.counted())
}

// key is that of one of the fault's counts, of those that the scope counts together.
func (f *Fault) key(q *inquiry, scope Scope) CounterKey {
	key := CounterKey{Session: q.login.Session, Kind: CountFaults, Name: f.counted()}
	switch scope {
	case ScopeUser:
		key.Bank, key.Username = q.login.Bank, q.login.Username
	case ScopeProcess:
		key.Name += " " + q.processID
	case ScopeConnection:
		key.Name += " " + q.connectionID
	case ScopeAccount:
		key.Name += " " + q.account
	}
	return key
}

// choose counts the request where the fault counts, and returns how it shapes the answer, nil where it spares
// it; late says that another fault does already.
func (c *change) choose(f *Fault, q *inquiry, late bool) (*ResponseShape, error) {
	if f.Nth != nil {
		key := f.key(q, f.For)
		key.Kind = CountNth
		n, err := c.tx.AddCounter(key, 1)
		if err != nil || !f.Nth.Contains(n) {
			return nil, err
		}
	}
	if limit := f.Response.RateLimit; limit != nil {
		used, err := quotaOf(c.tx, limit, f.key(q, limit.For), c.now)
		if err != nil {
			return nil, err
		}
		if !used.exceeded() {
			c.quotas = append(c.quotas, used)
			return nil, nil
		}
		if late {
			return nil, nil
		}
		return f.shape(c, q, used)
	}
	if late {
		return nil, nil
	}
	return f.shape(c, q, nil)
}

// shape makes the choices of the fault's response.
func (f *Fault) shape(c *change, q *inquiry, used *quota) (*ResponseShape, error) {
	number := 0
	if f.Response.random() {
		var err error
		key := CounterKey{Session: q.login.Session, Kind: CountFaults, Name: "draws of " + f.counted()}
		if number, err = c.tx.AddCounter(key, 1); err != nil {
			return nil, err
		}
	}
	seed := loginSeed(c.session.seed(c.rs), f.Name, 0)
	shape := f.Response.shape(f.captures(q.login), draw{seed, [3]int{0, 0, number + 1<<10}})
	if shape == nil {
		return nil, nil
	}
	shape.Name = f.Name
	shape.limitedBy(used)
	return shape, nil
}

// captures are what the groups of the fault's own condition took of the request, as far as the answer tells them.
func (f *Fault) captures(login *Login) Captures {
	used := f.Response.names()
	if len(used) == 0 {
		return nil
	}
	return f.When.captures(login, used)
}

// names are the names of what the texts of the answer itself refer to.
func (r *Response) names() map[string]bool {
	names := r.Patch.Names()
	if r.Body != nil {
		names = append(names, r.Body.Names()...)
	}
	for _, text := range r.Headers {
		names = append(names, text.Names()...)
	}
	used := make(map[string]bool, len(names))
	for _, name := range names {
		used[name] = true
	}
	return used
}

// limitedBy tells of the limit that the request is beyond, nil for none.
func (s *ResponseShape) limitedBy(used *quota) {
	if used == nil {
		return
	}
	if s.RetryAfter == nil {
		wait := used.wait()
		s.RetryAfter = &wait
	}
	s.addLimitHeaders(used)
}

// addLimitHeaders adds the headers of a limit.
func (s *ResponseShape) addLimitHeaders(used *quota) {
	for name, value := range used.headers() {
		if s.Headers == nil {
			s.Headers = make(map[string]string)
		}
		if _, own := s.Headers[name]; !own {
			s.Headers[name] = value
		}
	}
}

// countQuotas counts a request that nobody refused, and adds the headers that tell of limits to its answer.
func (c *change) countQuotas(r *Request) error {
	for _, used := range c.quotas {
		if err := used.count(c.tx); err != nil {
			return err
		}
		if len(used.limit.Headers) == 0 || r == nil {
			continue
		}
		if r.Fault == nil {
			r.Fault = &ResponseShape{}
		}
		r.Fault.addLimitHeaders(used)
	}
	return nil
}

// Subject is what a request is about.
type Subject struct {
	Session, Bank, Username string
	// Scenario and Case are those of the login that led to the record, "" where there is none.
	Scenario, Case string
	// ProcessID, ConnectionID and Account are "" where the request is about none.
	ProcessID, ConnectionID, Account string
	// AuthenticatedAt is since when the user is, nil where that is not known.
	AuthenticatedAt *time.Time
	// Run is which run of the connection's import this is, 0 where there is none; the first is 1.
	Run int
}

// Fault asks the faults about a request that changes nothing, or that was not carried out for another reason.
func (b *Bank) Fault(ctx context.Context, r *Request, about Subject) (*ResponseShape, error) {
	rs := b.rules.Load()
	if seen := r.session; seen != nil && seen.ID == about.Session && seen.Faults == "" && len(rs.faultsOf(r)) == 0 {
		return nil, nil // as nearly always: nothing is read
	}
	session, err := b.session(ctx, about.Session)
	if err != nil {
		return nil, err
	}
	if rs, err = b.own.rulesFor(rs, &session); err != nil {
		return nil, err
	}
	faults := rs.faultsOf(r)
	if len(faults) == 0 {
		return nil, nil
	}
	login := rs.loginOf(about.Session, about.Bank, about.Username, about.Scenario)
	login.Header, login.at = r.Header, b.at(session.Clock)
	quiet := true
	for _, fault := range faults {
		quiet = quiet && fault.Nth == nil && !fault.Response.counted() && fault.When.under(login.rule).verdict(login) != perhaps
	}
	var shape *ResponseShape
	decide := func(tx Tx) (err error) {
		c := change{bank: b, tx: tx, rs: rs, now: b.at(session.Clock), session: &session}
		q := c.inquire(login)
		q.caseID, q.processID, q.connectionID, q.account = about.Case, about.ProcessID, about.ConnectionID, cmp.Or(about.Account, r.Account)
		q.authenticatedAt = about.AuthenticatedAt
		r.Fault = nil
		if shape, err = c.faults(r, q); err != nil {
			return err
		}
		if r.Fault = shape; shape == nil || !shape.Refused {
			err = c.countQuotas(r)
		}
		shape = r.Fault
		return err
	}
	if quiet { // nothing is counted or read
		err = decide(nil)
		return shape, err
	}
	err = b.change(ctx, decide)
	return shape, err
}

// afterLogin asks about a login whose scenario was chosen: its case is that of the scenario, and faults write
// nothing into the login.
func (q *inquiry) afterLogin() *inquiry {
	after, login := *q, *q.login
	after.login, after.caseID = &login, login.caseID
	return &after
}
