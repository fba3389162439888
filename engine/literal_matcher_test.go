package engine

import (
	"reflect"
	"testing"
)

// TestOnlyEqualsMakesALiteral sets each field of a matcher beside a text: whoever adds a field and forgets it in Literal
// would have the linter warn wrongly of scenarios that nothing reaches.
func TestOnlyEqualsMakesALiteral(t *testing.T) {
	t.Parallel()
	plain := Literal("a")
	if text, ok := plain.Literal(); !ok || text != "a" {
		t.Fatalf("a plain text is the literal %q, %t", text, ok)
	}
	fields := reflect.TypeFor[Matcher]()
	for i := range fields.NumField() {
		field := fields.Field(i)
		if !field.IsExported() || field.Name == "Any" || field.Name == "Equals" {
			continue
		}
		matcher := Literal("a")
		into := reflect.ValueOf(&matcher).Elem().Field(i)
		switch field.Type.Kind() {
		case reflect.Bool:
			into.SetBool(true)
		case reflect.String:
			into.SetString("b")
		case reflect.Pointer:
			into.Set(reflect.New(field.Type.Elem()))
		case reflect.Slice:
			into.Set(reflect.MakeSlice(field.Type, 1, 1))
		default:
			t.Fatalf("how %s is set is not known here", field.Name)
		}
		if _, ok := matcher.Literal(); ok {
			t.Errorf("a matcher with %s is taken for a plain text", field.Name)
		}
		if _, ok := matcher.Literals(); ok {
			t.Errorf("a matcher with %s is taken for a list of plain texts", field.Name)
		}
	}
}
