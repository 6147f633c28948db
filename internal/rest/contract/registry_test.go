package contract

import (
	"reflect"
	"testing"
)

type pin struct {
	X float64 `json:"x"`
}

type generic[T any] struct{ V T }

func TestSchemaNamesAreUnique(t *testing.T) {
	t.Parallel()
	type thing struct { // the same name and package as the one above, another type
		A int `json:"a"`
	}
	r := newRegistry()
	r.Schema(reflect.TypeFor[pin](), true, "")
	if got := r.name(reflect.TypeFor[pin](), ""); got != "contract.pin" {
		t.Errorf("name %q", got)
	}
	if got := schemaName(reflect.TypeFor[generic[pin]]()); got != "contract.generic-of-contract.pin" {
		t.Errorf("generic name %q", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("two types of one name were taken")
		}
	}()
	type other = struct{ T thing }
	r.types["contract.thing"] = reflect.TypeFor[other]()
	r.Schema(reflect.TypeFor[thing](), true, "")
}
