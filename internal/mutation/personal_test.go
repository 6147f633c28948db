package mutation_test

import (
	"testing"

	"plumbline/internal/mutation"
	"plumbline/internal/personal"
)

func TestDeclarations(t *testing.T) {
	t.Parallel()
	for _, wrong := range personal.Check(mutation.Declarations()) {
		t.Error(wrong)
	}
}
