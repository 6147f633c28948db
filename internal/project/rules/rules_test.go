package rules

import (
	"slices"
	"testing"

	"plumbline/internal/id"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	at := func(i, parent id.Location, kind string) Node[id.Location] {
		n := Node[id.Location]{ID: i, Kind: kind}
		if parent != "" {
			n.Parent = &parent
		}
		return n
	}
	site := []Node[id.Location]{at("b", "", "building"), at("b2", "", "building"), at("l", "b", "level"), at("l2", "b", "level"), at("r", "l", "room")}
	cases := map[string]struct {
		node Node[id.Location]
		want string // path and code
	}{
		"a building":                         {at("n", "", "building"), ""},
		"a level in a building":              {at("n", "b", "level"), ""},
		"a room on a level":                  {at("n", "l", "room"), ""},
		"a level moves":                      {at("l", "b2", "level"), ""},
		"a room moves":                       {at("r", "l2", "room"), ""},
		"an empty level becomes a building":  {at("l2", "", "building"), ""},
		"an empty level becomes a room":      {at("l2", "l", "room"), ""},
		"a building in a building":           {at("n", "b", "building"), "parent_id not-allowed"},
		"a level nowhere":                    {at("n", "", "level"), "parent_id required"},
		"a room nowhere":                     {at("n", "", "room"), "parent_id required"},
		"a room in a building":               {at("n", "b", "room"), "parent_id wrong-kind"},
		"a level on a level":                 {at("n", "l", "level"), "parent_id wrong-kind"},
		"a level in a room":                  {at("n", "r", "level"), "parent_id wrong-kind"},
		"in what is not there":               {at("n", "x", "level"), "parent_id unknown"},
		"in itself":                          {at("l", "l", "level"), "parent_id unknown"},
		"under its own room":                 {at("l", "r", "level"), "parent_id wrong-kind"},
		"no kind":                            {at("n", "", ""), "kind not-one-of"},
		"a kind of the other tree":           {at("n", "", "category"), "kind not-one-of"},
		"a building with levels goes down":   {at("b", "b2", "level"), "kind has-parts"},
		"a level with rooms goes up":         {at("l", "", "building"), "kind has-parts"},
		"a level with rooms becomes a room":  {at("l", "l2", "room"), "kind has-parts"},
		"a room becomes a building, it is 1": {at("r", "", "building"), ""},
	}
	for name, c := range cases {
		got := ""
		for _, f := range Place(LocationKinds(), c.node, site) {
			got += f.Path + " " + f.Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestParentsFirst(t *testing.T) {
	t.Parallel()
	of := func(s string) Node[id.Location] { // "parent>id"
		n := Node[id.Location]{ID: id.Location(s[1:])}
		if s[0] != '-' {
			p := id.Location(s[:1])
			n.Parent = &p
		}
		return n
	}
	got := ParentsFirst([]string{"bz", "ab", "-a", "-c"}, of)
	if want := []string{"-a", "ab", "bz", "-c"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := ParentsFirst(nil, of); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for c, ok := range map[string]bool{"open": true, "idle": true, "#00aaFF": true, "#0af": false, "red": false, "": false,
		"#00aaff;": false, "var(--x)": false, "open\n": false} {
		if Colour(c) != ok {
			t.Errorf("colour %q: want %v", c, ok)
		}
	}
	for zone, ok := range map[string]bool{"Europe/Brussels": true, "UTC": true, "America/Argentina/Ushuaia": true,
		"": false, "Local": false, "Europe/Atlantis": false, "../../etc/passwd": false, "/etc/passwd": false, "Europe Brussels": false, "+01:00": false} {
		if Zone(zone) != ok {
			t.Errorf("zone %q: want %v", zone, ok)
		}
	}
}
