package httpapi

import (
	"bytes"
	"testing"
)

func TestASealOpensWhatItClosed(t *testing.T) {
	t.Parallel()
	one, other := seal(bytes.Repeat([]byte{1}, 32)), seal(bytes.Repeat([]byte{2}, 32))
	text := []byte(`{"body":"a token"}`)
	kept := one.close(text)
	if bytes.Contains(kept, []byte("token")) || bytes.Equal(kept, one.close(text)) {
		t.Errorf("kept is %q", kept)
	}
	if got, err := one.open(kept); err != nil || !bytes.Equal(got, text) {
		t.Errorf("opened is %q, %v", got, err)
	}
	if got, err := other.open(kept); err == nil {
		t.Errorf("another seal opens it: %q", got)
	}
	if _, err := one.open(nil); err == nil {
		t.Error("nothing was opened")
	}
	if got, err := one.open(text); err != nil || !bytes.Equal(got, text) {
		t.Errorf("an answer of an earlier build is %q, %v", got, err)
	}
}
