// Package origin says of each field of a profile who gave it and since when it
// stands (promise SRC-1).
package origin

import (
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// Origin is where a value came from, and since when it stands, in microseconds.
// The zero Origin is of a value that was set before origins were kept.
type Origin struct {
	Source personal.Source `json:"source,omitempty"`
	Since  int64           `json:"since,omitempty"`
}

// All are those of a profile's fields.
type All struct {
	Name     Origin `json:"name,omitzero"`
	Email    Origin `json:"email,omitzero"`
	Phone    Origin `json:"phone,omitzero"`
	Function Origin `json:"function,omitzero"`
	Locale   Origin `json:"locale,omitzero"`
}

// Of is the origin of a field by its name in JSON.
func (o All) Of(field string) Origin {
	switch field {
	case "name":
		return o.Name
	case "email":
		return o.Email
	case "phone":
		return o.Phone
	case "function":
		return o.Function
	case "locale":
		return o.Locale
	}
	return Origin{}
}

// GivenBy is who gave a value: the person, or, where nothing more is known, the
// program or a colleague.
func GivenBy(actor, person string, known personal.Source) personal.Source {
	switch {
	case actor == person:
		return personal.Self
	case known != "":
		return known
	case actor == "system":
		return personal.Automatic
	}
	return personal.Colleague
}

// Values are those of a profile's fields.
type Values struct{ Name, Email, Phone, Function, Locale string }

// Stamp notes where the values came from that differ from what was.
func Stamp(o *All, was, now Values, source personal.Source, at int64) {
	if sabotage.Off("SRC-1") {
		return
	}
	for _, f := range []struct {
		old, now string
		to       *Origin
	}{
		{was.Name, now.Name, &o.Name}, {was.Email, now.Email, &o.Email}, {was.Phone, now.Phone, &o.Phone},
		{was.Function, now.Function, &o.Function}, {was.Locale, now.Locale, &o.Locale},
	} {
		switch {
		case f.now == "":
			*f.to = Origin{}
		case f.now != f.old:
			*f.to = Origin{Source: source, Since: at}
		}
	}
}
