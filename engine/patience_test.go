package engine

import (
	"context"
	"errors"
	"testing"
)

func TestPatience(t *testing.T) {
	t.Parallel()
	ctx := WithPatience(t.Context())
	for _, passing := range []error{nil, ErrNotFound, errors.New("x"), &Error{Code: CodeConflict}} {
		if err := LoseOn(ctx, passing); !errors.Is(err, passing) || Lost(ctx) != nil {
			t.Errorf("%v uses it up: %v, %v", passing, err, Lost(ctx))
		}
	}
	silent := &Error{Code: CodeUnavailable}
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	if err := LoseOn(inner, silent); !errors.Is(err, silent) || !errors.Is(Lost(ctx), silent) {
		t.Errorf("silence is %v, then %v", err, Lost(ctx))
	}
	if LoseOn(t.Context(), silent); Lost(t.Context()) != nil { // a job's
		t.Error("a context without patience lost it")
	}
}
