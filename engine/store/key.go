package store

import (
	"context"
	"crypto/rand"
)

const (
	insertKey = `INSERT INTO shared_keys (name, value, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING`
	selectKey = `SELECT value FROM shared_keys WHERE name = ?`
)

// keySize is the length of a key, in bytes.
const keySize = 32

// Key returns the random key of this name, which every node on the database knows and which outlives
// them: the first to ask makes it. Fingerprints that one node keeps and another compares need one.
func (s *Store) Key(ctx context.Context, name string) (key []byte, err error) {
	fresh := make([]byte, keySize)
	_, _ = rand.Read(fresh) // it never fails
	err = s.update(ctx, func(t *transaction) error {
		if _, err := t.write(insertKey, name, fresh, s.dialect.time(s.options.Now())); err != nil {
			return err
		}
		return t.row(selectKey, []any{name}, &key)
	})
	return key, err
}
