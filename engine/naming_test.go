package engine

import (
	"maps"
	"reflect"
	"strings"
	"testing"
)

func membersOf(body reflect.Type) Members {
	for body.Kind() == reflect.Pointer || body.Kind() == reflect.Slice {
		body = body.Elem()
	}
	if body.Kind() != reflect.Struct {
		return nil
	}
	members := Members{}
	for i := range body.NumField() {
		name, _, _ := strings.Cut(body.Field(i).Tag.Get("json"), ",")
		if inner := membersOf(body.Field(i).Type); len(inner) > 0 || strings.Contains(name, "_") {
			members[name] = inner
		}
	}
	return members
}

func sameMembers(a, b Members) bool { return maps.EqualFunc(a, b, sameMembers) }

func TestAllMembersOfWebhooksAreRenamed(t *testing.T) {
	t.Parallel()
	for _, data := range []any{processData{}, importData{}, usualData{}} {
		e := webhookEvent{data: data}
		if want := membersOf(reflect.TypeOf(data)); !sameMembers(want, e.members()["data"]) {
			t.Errorf("%T has %v, renamed are %v", data, want, e.members()["data"])
		}
	}
}
