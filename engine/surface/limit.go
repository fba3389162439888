package surface

import (
	"context"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// limited is how a rate limit stands after a request was counted.
type limited struct {
	engine.Standing
	declared *RateLimit
}

// countRate counts the request, and refuses one beyond the endpoint's limit.
func (p *play) countRate(ctx context.Context) error {
	declared := p.endpoint.RateLimit
	if declared == nil {
		return nil
	}
	exceeded, err := p.count(ctx, declared, "")
	if err != nil || !exceeded {
		return err
	}
	r := refuse(CodeTooManyRequests, "the bank takes no more requests of this kind for now; Retry-After says when it does")
	r.Header = []HeaderField{{"Retry-After", wholeSeconds(p.limit.Reset)}}
	return r
}

// count counts the request in a limit of the endpoint, or of one of its answers, and reports whether it is beyond.
func (p *play) count(ctx context.Context, declared *RateLimit, of string) (exceeded bool, err error) {
	name := p.endpoint.Name() + of + " " + p.whose(declared.For)
	standing, err := p.host.APIs.CountRequest(ctx, p.recordSession(), name, &declared.Limit)
	if err != nil {
		return false, err
	}
	p.limit = &limited{Standing: standing, declared: declared}
	return standing.Exceeded, nil
}

// whose names those whose requests are counted together.
func (p *play) whose(of string) string {
	switch of {
	case "user":
		who := p.about()
		return userOwner("", who.Bank, who.Username)
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
		Values: []any{l.declared.Limit.Requests, l.Remaining, secondsUp(l.Reset), l.ResetAt},
	}, 0, nil)
	p.writeHeaders(l.declared.Headers)
	p.pop()
}

func secondsUp(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

func wholeSeconds(d time.Duration) string { return strconv.Itoa(secondsUp(d)) }
