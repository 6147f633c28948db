// Package authority lists the data-protection authorities of the European
// Economic Area, with the ways to reach them: where a person can complain
// (promise AUT-1). The data is that of datenanfragen.de (CC0); the file says
// which version. Authorities of churches and broadcasters are left out.
package authority

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"plumbline/internal/sabotage"
)

//go:embed authorities.json
var file []byte

// Authority is one of them. Language, when set, is the only one that it takes
// complaints in.
type Authority struct {
	ID        string   `json:"id"`
	Countries []string `json:"countries"`
	Name      string   `json:"name"`
	Address   string   `json:"address"`
	Phone     string   `json:"phone"`
	Email     string   `json:"email"`
	Form      string   `json:"form"`
	Web       string   `json:"web"`
	Language  string   `json:"language"`
}

// Source says where the list comes from, and under which licence.
type Source struct{ From, Licence string }

type list struct {
	Source      string      `json:"source"`
	Licence     string      `json:"licence"`
	Authorities []Authority `json:"authorities"`
}

func read() list {
	var l list
	if err := json.Unmarshal(file, &l); err != nil {
		panic("authority: the embedded list cannot be read: " + err.Error())
	}
	return l
}

// All are the authorities, by country and name.
func All() []Authority {
	if sabotage.Off("AUT-1") {
		return nil
	}
	all := read().Authorities
	slices.SortFunc(all, func(a, b Authority) int {
		return strings.Compare(a.Countries[0]+a.ID, b.Countries[0]+b.ID)
	})
	return all
}

// Of are the authorities of a country, the one for the whole country first.
func Of(country string) []Authority {
	var first, rest []Authority
	for _, a := range All() {
		switch {
		case !slices.Contains(a.Countries, strings.ToUpper(country)):
		case national(a.ID):
			first = append(first, a)
		default:
			rest = append(rest, a)
		}
	}
	return append(first, rest...)
}

// national reports whether an authority is the one of a whole country; only
// Germany has others.
func national(id string) bool { return !strings.HasPrefix(id, "de") || id == "debfdi" }

// National are the authorities for whole countries, one each.
func National() []Authority {
	return slices.DeleteFunc(All(), func(a Authority) bool { return !national(a.ID) })
}

// Origin is the source of the list.
func Origin() Source {
	l := read()
	return Source{l.Source, l.Licence}
}
