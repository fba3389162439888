package store_test

import (
	"testing"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/pgtest"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	storetest.Run(t, func(t *testing.T) engine.Store {
		return open(t, server.NewDatabase(t), store.Options{PoolSize: 3})
	})
}
