package notices

import (
	"os"
	"strings"
	"testing"
)

// TestText: what the LGPL asks for is there, and names the version that is built in.
func TestText(t *testing.T) {
	t.Parallel()
	text := Text()
	for _, s := range []string{"libheif and libde265", "GNU LESSER GENERAL PUBLIC LICENSE", "GNU GENERAL PUBLIC LICENSE", "Copyright (c) 2024 gen2brain"} {
		if !strings.Contains(text, s) {
			t.Errorf("%q is missing", s)
		}
	}
	mod, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mod)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "github.com/gen2brain/heic" && !strings.Contains(text, f[0]+" "+f[1]) {
			t.Errorf("the notice names another version than %s", f[1])
		}
	}
}
