package surface

import (
	"context"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// limited is how a rate limit stands after a request was counted.
type limited struct {
	declared  *RateLimit
	remaining int
	reset     time.Duration
	resetAt   time.Time
}

// countRate counts the request, and refuses one beyond the endpoint's limit.
func (p *play) countRate(ctx context.Context) error {
	declared := p.endpoint.RateLimit
	if declared == nil {
		return nil
	}
	key := engine.CounterKey{Session: p.recordSession(), Kind: engine.CountFaults, Name: p.endpoint.Name() + " " + p.whose(declared.For)}
	count := 0
	var since time.Time
	err := p.host.Bank.ChangeSurface(ctx, func(tx engine.Tx) (err error) {
		count, since, err = tx.Window(key, declared.Limit.Per, p.now)
		return err
	})
	if err != nil {
		return err
	}
	ends := since.Add(declared.Limit.Per)
	p.limit = &limited{declared: declared, remaining: max(0, declared.Limit.Requests-count), reset: ends.Sub(p.now), resetAt: ends}
	if count <= declared.Limit.Requests {
		return nil
	}
	r := refuse(CodeTooManyRequests, "the bank takes no more requests of this kind for now; Retry-After says when it does")
	r.Header = []HeaderField{{"Retry-After", wholeSeconds(p.limit.reset)}}
	return r
}

// whose names those whose requests are counted together.
func (p *play) whose(of string) string {
	switch of {
	case "user":
		bank, username, _, _ := p.named()
		return userOwner("", bank, username)
	case "process":
		return p.processID()
	case "connection":
		if p.connection != nil {
			return p.connection.ID
		}
		return p.processID()
	case "account":
		return p.account()
	default:
		return ""
	}
}

// write adds the headers that every counted answer bears.
func (l *limited) write(p *play) {
	p.push(&Object{
		Names:  []string{"limit", "remaining", "reset", "reset_at"},
		Values: []any{l.declared.Limit.Requests, l.remaining, secondsUp(l.reset), l.resetAt},
	}, 0, nil)
	p.writeHeaders(l.declared.Headers)
	p.pop()
}

func secondsUp(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

func wholeSeconds(d time.Duration) string { return strconv.Itoa(secondsUp(d)) }
