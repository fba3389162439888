package jobs

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Bounds of what a turn of a clock sends before it is answered.
const (
	sendDueWithin = 5 * time.Second
	sendDueAtOnce = 8
	// heldPause is the time until it looks again at a stream that a job is about.
	heldPause = 10 * time.Millisecond
)

// concludeWithin bounds the writing of how an attempt went, which a node that stops still does.
const concludeWithin = 5 * time.Second

// CourierConfig holds the settings of a [Courier]. The zero value sends to loopback only.
type CourierConfig struct {
	Hosts engine.WebhookHosts
	// Holder identifies this node among others. Default: "node".
	Holder string
	// AtOnce is how many deliveries are claimed or written at once. Default: 4.
	AtOnce  int
	Metrics Metrics
	// Concluded hears how each attempt went, after it was written: the delivery is as it is now. It must return
	// at once. Default: nothing.
	Concluded func(d *engine.Delivery, attempt engine.DeliveryAttempt)
	// Key signs the deliveries whose webhook asks for a token; nil lets those fail.
	Key *engine.SigningKey
	// Now is the wall clock. Default: time.Now.
	Now func() time.Time
}

// Courier sends deliveries of webhooks. It is an [engine.Courier].
type Courier struct {
	post    *post
	holder  string
	metrics Metrics
	key     *engine.SigningKey
	heard   func(*engine.Delivery, engine.DeliveryAttempt)
	now     func() time.Time
	tokens  chan struct{} // holds a token for each that is at the database
}

// NewCourier returns a Courier. It must be closed.
func NewCourier(config CourierConfig) *Courier {
	if config.Metrics == nil {
		config.Metrics = silent{}
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Concluded == nil {
		config.Concluded = func(*engine.Delivery, engine.DeliveryAttempt) {}
	}
	return &Courier{
		heard: config.Concluded, key: config.Key,
		post: newPost(config.Hosts), holder: cmp.Or(config.Holder, "node"), metrics: config.Metrics, now: config.Now,
		tokens: make(chan struct{}, cmp.Or(config.AtOnce, 4)),
	}
}

// Close closes the connections that are kept for the next delivery.
func (c *Courier) Close() { c.post.close() }

// atDatabase runs something that needs the database, when it is its turn.
func (c *Courier) atDatabase(ctx context.Context, do func() error) error {
	select {
	case c.tokens <- struct{}{}:
		defer func() { <-c.tokens }()
		return do()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sendStream sends what is due of a stream, in order, and returns the claim that yielded nothing more. Once
// enough has ended it begins nothing further, and is to be called again at once.
func (c *Courier) sendStream(ctx, enough context.Context, bank Bank, name, stream string) (sent int, last engine.DeliveryClaim, err error) {
	for {
		if enough.Err() != nil {
			return sent, engine.DeliveryClaim{Again: c.now()}, ctx.Err()
		}
		webhook, known := bank.Rules().Webhook(name)
		if !known {
			webhook = &engine.Webhook{Name: name}
		}
		err := c.atDatabase(ctx, func() (err error) {
			last, err = bank.Webhooks.Claim(ctx, name, stream, c.holder, 2*webhook.Timeout+concludeWithin)
			return err
		})
		if err != nil || last.Delivery == nil {
			return sent, last, err
		}
		attempt := engine.DeliveryAttempt{Dropped: true, Problem: "no webhook of this name is declared any more"}
		if known {
			attempt = c.attempt(ctx, webhook, last.Delivery)
			sent++
		}
		if err := c.conclude(ctx, bank.Webhooks, last.Delivery, webhook, attempt); err != nil {
			return sent, last, err
		}
	}
}

// attempt sends a delivery once, or as its fault will have it.
func (c *Courier) attempt(ctx context.Context, webhook *engine.Webhook, d *engine.Delivery) engine.DeliveryAttempt {
	signs := signer{webhook: webhook, key: c.key, forges: d.Attempts == 0 && d.Fault == engine.DeliverForged}
	start := c.now()
	attempt := c.post.send(ctx, signs, d, start)
	if !attempt.Interrupted {
		c.metrics.DeliveryAttempted(max(0, start.Sub(d.NextAt)), c.now().Sub(start), attempt.Problem == "")
	}
	if d.Fault == engine.DeliverTwice && attempt.Problem == "" && !attempt.Interrupted {
		c.post.send(ctx, signs, d, c.now()) // what comes of the second is all the same
	}
	return attempt
}

// conclude writes how an attempt went, also where the node is told to stop meanwhile.
func (c *Courier) conclude(ctx context.Context, webhooks Webhooks, d *engine.Delivery, webhook *engine.Webhook,
	attempt engine.DeliveryAttempt) error {
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), concludeWithin)
	defer cancel()
	err := c.atDatabase(patience, func() error { return webhooks.Conclude(patience, d, webhook, attempt) })
	if err == nil {
		c.heard(d, attempt)
	}
	return err
}

// stream names a stream of a webhook.
type stream struct{ webhook, process string }

// SendDue implements [engine.Courier].
func (c *Courier) SendDue(ctx context.Context, bank *engine.Bank, session string) error {
	within, cancel := context.WithTimeout(ctx, sendDueWithin)
	defer cancel()
	waiting := make(map[stream]bool) // for a further attempt, or late
	for {
		due, err := c.dueStreams(within, bank, session, waiting)
		if err == nil && len(due) == 0 {
			return nil
		}
		n := 0
		if err == nil {
			n, err = c.sendStreams(within, BankOf(bank), due, waiting)
		}
		switch {
		case within.Err() != nil && ctx.Err() == nil:
			return nil
		case err != nil:
			return err
		case n == 0:
			pause(within, heldPause)
		}
	}
}

func pause(ctx context.Context, length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// dueStreams returns the session's streams that have something due, but those that wait.
func (c *Courier) dueStreams(ctx context.Context, bank *engine.Bank, session string, waiting map[stream]bool) ([]stream, error) {
	now, err := bank.Now(ctx, session) // what a fault keeps back is due by this clock, all else by the wall's
	if err != nil {
		return nil, err
	}
	if wall := c.now(); now.Before(wall) {
		now = wall
	}
	filter := engine.DeliveryFilter{Session: session, State: engine.DeliveryPending, DueBy: now, Limit: 500}
	seen := make(map[stream]bool)
	var due []stream
	for {
		page, err := bank.Webhooks().Deliveries(ctx, filter)
		if err != nil {
			return nil, err
		}
		for i := range page {
			one := stream{page[i].Webhook, page[i].Stream}
			if page[i].Attempts == 0 && !waiting[one] && !seen[one] {
				seen[one] = true
				due = append(due, one)
			}
		}
		if len(page) < filter.Limit {
			return due, nil
		}
		filter.After = page[len(page)-1].Number
	}
}

// sendStreams sends streams side by side, and notes those that wait for more than another's attempt.
func (c *Courier) sendStreams(ctx context.Context, bank Bank, due []stream, waiting map[stream]bool) (int, error) {
	var sent atomic.Int64
	var mu sync.Mutex
	var failed error
	var all sync.WaitGroup
	next := make(chan stream)
	for range min(sendDueAtOnce, len(due)) {
		all.Go(func() {
			for one := range next {
				n, last, err := c.sendStream(ctx, ctx, bank, one.webhook, one.process)
				sent.Add(int64(n))
				mu.Lock()
				if err != nil {
					failed = err
				}
				waiting[one] = waiting[one] || !last.Held
				mu.Unlock()
			}
		})
	}
	for _, one := range due {
		next <- one
	}
	close(next)
	all.Wait()
	return int(sent.Load()), failed
}
