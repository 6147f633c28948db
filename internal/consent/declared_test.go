package consent_test

import (
	"testing"

	"plumbline/internal/consent"
	"plumbline/internal/personal"
)

func TestDeclarationsAreComplete(t *testing.T) {
	t.Parallel()
	for _, wrong := range personal.Check(consent.Declarations()) {
		t.Error(wrong)
	}
}
