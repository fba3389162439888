package engine

import (
	"context"
	"errors"
)

// twiceStore runs every change twice, as stores may that share transactions or meet serialization
// failures: the first run is rolled back, whatever it came to. A change that keeps something of its first
// run then acts on it, and its test fails.
type twiceStore struct{ *Memory }

var errOnceMore = errors.New("once more")

func (s twiceStore) Update(ctx context.Context, change func(Tx) error) error {
	err := s.Memory.Update(ctx, func(tx Tx) error {
		_ = change(tx) // the second run comes to the same
		return errOnceMore
	})
	if !errors.Is(err, errOnceMore) {
		return err
	}
	return s.Memory.Update(ctx, change)
}
