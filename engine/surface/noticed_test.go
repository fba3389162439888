package surface

import (
	"reflect"
	"testing"
)

// What these tests hold was found by cmd/mutate: changes of it that no test noticed.

func TestUUIDsHaveTheirVersion(t *testing.T) {
	t.Parallel()
	for _, fill := range []byte{0x00, 0xff} {
		sum := make([]byte, 32)
		for i := range sum {
			sum[i] = fill
		}
		want := map[byte]string{0x00: "00000000-0000-4000-8000-000000000000", 0xff: "ffffffff-ffff-4fff-bfff-ffffffffffff"}[fill]
		if got := uuid(sum); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestWhatIsNoUUIDIsNoRecord(t *testing.T) {
	t.Parallel()
	const id = "0190a7c8-52b1-7d3e-8f00-aBcDeF012345"
	for text, want := range map[string]bool{
		id: true, id[1:]: false, "0190a7c8_52b1-7d3e-8f00-aBcDeF012345": false, "0190a7c8-52b1-7d3e-8f00-aBcDeF01234g": false,
		"0190a7c8-52b1-7d3e-8f00-aBcDeF01234:": false, "0190a7c8-52b1-7d3e-8f00-aBcDeF01234/": false,
	} {
		if _, is := canonicalUUID(text); is != want {
			t.Errorf("%s: %t", text, is)
		}
	}
}

func TestMembersThatAreNotThere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"x", "-1", "2", "1x"} {
		if member, is := memberOf([]any{1, 2}, name); is {
			t.Errorf("a list of two has a member %s: %v", name, member)
		}
	}
	if member, is := memberOf([]any{1, 2}, "1"); !is || member != 2 {
		t.Errorf("the second is %v", member)
	}
}

func TestDottedNamesMakeObjects(t *testing.T) {
	t.Parallel()
	object := map[string]any{"a": 1}
	setDotted(object, "a.b", 2)
	setDotted(object, "a.c", 3)
	setDotted(object, "d", 4)
	if want := map[string]any{"a": map[string]any{"b": 2, "c": 3}, "d": 4}; !reflect.DeepEqual(object, want) {
		t.Errorf("%v, want %v", object, want)
	}
}
