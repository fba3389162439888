package httpapi

import (
	"context"
	"time"

	"github.com/mockbank/mockbank/engine"
)

const (
	// maxGivenUp bounds the claims that are given up later at a time; those beyond it end with their lease.
	maxGivenUp = 64
	// giveUpEvery is how often it is tried.
	giveUpEvery = time.Second
)

// giveUpLater gives up a claim whose request failed since the database did not answer, as soon as it does, so that a
// repeat need not wait for the end of the lease. Once that is near, somebody else may have the claim.
func (a *api) giveUpLater(key engine.RequestKey, left time.Duration) {
	select {
	case a.givenUp <- struct{}{}:
	default:
		return
	}
	go func() {
		defer func() { <-a.givenUp }()
		ctx, cancel := context.WithTimeout(context.Background(), left-settleTimeout)
		defer cancel()
		again := time.NewTicker(giveUpEvery)
		defer again.Stop()
		for {
			err := a.requests.Update(ctx, func(tx engine.Tx) error { return tx.ForgetRequest(key) })
			if err == nil {
				return
			}
			select {
			case <-again.C:
			case <-a.config.Stopping:
				return
			case <-ctx.Done():
				return
			}
		}
	}()
}
