package engine

import (
	"testing"
	"time"
)

func TestAnExpiryThatOnlyNotifiesIsNoTransition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		after       Duration
		transitions int
	}{
		{Fixed(2 * time.Second), 1}, {Fixed(time.Second), 2}, {Fixed(3 * time.Second), 2},
		{Duration{Min: time.Second, Max: 3 * time.Second}, 2}, {Duration{Text: "${n}s"}, 2},
	} {
		flow := &Flow{Steps: []Step{
			{Name: "ask", Status: DecoupledAuthRequired, ExpiresAfter: Fixed(2 * time.Second), ExpiresTo: 1,
				Next: []Transition{{Event: Event{Kind: EventAfter, After: c.after}, To: 1}}},
			{Name: "end", Status: AuthenticationFailed},
		}}
		if err := flow.Freeze(); err != nil {
			t.Fatal(err)
		}
		if got := flow.Describe().Steps[0].Next; len(got) != c.transitions {
			t.Errorf("after %s: ways out %+v, want %d", c.after, got, c.transitions)
		}
	}
}
