package store

import (
	"context"
	"crypto/rand"
)

const (
	insertSecret = `INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`
	selectSecret = `SELECT value FROM secrets WHERE name = ?`
)

// secretBytes is how long a secret is.
const secretBytes = 32

// Secret returns the 32 random bytes of this name. They are made on the first call, and are the same
// on every node of the database and after each start.
func (s *Store) Secret(ctx context.Context, name string) (value []byte, err error) {
	made := make([]byte, secretBytes)
	if _, err := rand.Read(made); err != nil {
		return nil, err
	}
	err = s.update(ctx, func(t *transaction) error {
		if _, err := t.write(insertSecret, name, made); err != nil {
			return err
		}
		value = nil
		return t.row(selectSecret, []any{name}, &value)
	})
	return value, err
}
