package store

import (
	"context"
	"time"
)

const selectBorn = `SELECT created_at FROM shared_keys WHERE name = ?`

// Born returns when the database was made, by the clock of the node that first asked.
func (s *Store) Born(ctx context.Context) (born time.Time, err error) {
	const name = "born"
	err = s.update(ctx, func(t *transaction) error {
		if _, err := t.write(insertKey, name, []byte{}, s.dialect.time(s.options.Now())); err != nil {
			return err
		}
		return t.row(selectBorn, []any{name}, stamp{&born})
	})
	return born, err
}
