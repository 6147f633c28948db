// Package office keeps, for each organisation, whom people write to about what
// it holds of them, its officer, and the country whose rules count.
//
// Promises:
//   - An organisation that set nothing has no country: no rule of a country
//     applies to it by guess.
//   - Contacts are those of an office, shown to everyone whom the organisation
//     knows.
package office

import (
	"strings"
	"unicode/utf8"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/person"
	p "plumbline/internal/personal"
)

// Settings are an organisation's.
type Settings struct {
	Org          id.Org
	Email        string // of the office
	Post         string // postal address of the office, lines
	Country      string // ISO 3166, of the organisation; may be empty
	OfficerEmail string // of the data-protection officer, where there is one
	OfficerPost  string
	Version      int64
}

// Zone is where the organisation's days begin.
func (s Settings) Zone() string { return ZoneOf(s.Country) }

// ZoneOf is the time zone in which a country's days begin; UTC for one that is
// not known.
func ZoneOf(country string) string {
	if z, ok := zones()[country]; ok {
		return z
	}
	return "UTC"
}

func zones() map[string]string {
	return map[string]string{
		"BE": "Europe/Brussels", "NL": "Europe/Amsterdam", "LU": "Europe/Luxembourg", "FR": "Europe/Paris", "DE": "Europe/Berlin",
		"DK": "Europe/Copenhagen", "AT": "Europe/Vienna", "IE": "Europe/Dublin", "SE": "Europe/Stockholm", "NO": "Europe/Oslo",
		"FI": "Europe/Helsinki", "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "IT": "Europe/Rome", "PL": "Europe/Warsaw",
		"CZ": "Europe/Prague", "GB": "Europe/London", "CH": "Europe/Zurich", "BG": "Europe/Sofia", "HR": "Europe/Zagreb",
		"CY": "Asia/Nicosia", "EE": "Europe/Tallinn", "GR": "Europe/Athens", "HU": "Europe/Budapest", "LV": "Europe/Riga",
		"LT": "Europe/Vilnius", "MT": "Europe/Malta", "RO": "Europe/Bucharest", "SK": "Europe/Bratislava", "SI": "Europe/Ljubljana",
		"IS": "Atlantic/Reykjavik", "LI": "Europe/Vaduz",
	}
}

// Of are an organisation's settings; ok is false where it set none.
func Of(tx *db.Tx, org id.Org) (s Settings, ok bool, err error) {
	s, ok, err = find(tx, org)
	s.Org = org
	return s, ok, fault.Wrap("office.Of", err)
}

// Put replaces the settings of the transaction's organisation, made on version
// base (0 for the first), and says the new version.
func Put(tx *db.Tx, s Settings, base int64) (int64, error) {
	const op = "office.Put"
	s.Country = strings.ToUpper(strings.TrimSpace(s.Country))
	if err := s.check(); err != nil {
		return 0, err
	}
	s.Org = tx.Org()
	have, _, err := find(tx, s.Org)
	if err != nil {
		return 0, fault.Wrap(op, err)
	}
	if s.Version = have.Version; s == have && have.Version > 0 {
		return have.Version, nil // said again
	}
	if have.Version != base {
		return 0, fault.New(fault.Conflict, "changed-meanwhile", "the settings were changed meanwhile")
	}
	s.Version = base + 1
	return s.Version, fault.Wrap(op, save(tx, s))
}

func (s Settings) check() error {
	var fields []fault.Field
	bad := func(path, code string) { fields = append(fields, fault.Field{Path: path, Code: code}) }
	for path, v := range map[string]string{"email": s.Email, "officer_email": s.OfficerEmail} {
		if _, ok := person.ParseEmail(v); !ok && v != "" {
			bad(path, "format")
		}
	}
	if s.Email == "" {
		bad("email", "required")
	}
	for path, v := range map[string]string{"post": s.Post, "officer_post": s.OfficerPost} {
		if utf8.RuneCountInString(v) > 500 {
			bad(path, "too-long")
		}
	}
	if _, ok := zones()[s.Country]; !ok && s.Country != "" {
		bad("country", "not-one-of")
	}
	return fault.InvalidFields(fields)
}

// Declarations are the personal columns of the package.
func Declarations() []p.Declaration {
	return p.NotPersonal("org_privacy", "the published contact of an office, not of a person", "org_id", "email", "post", "country", "officer_email", "officer_post")
}
