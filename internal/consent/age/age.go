// Package age says from which age someone in a country of the EU can agree by
// themselves to what an online service does with their data (GDPR art. 8(1)):
// 16, unless the country's law says less, and never less than 13. Below 13 no
// data is kept knowingly anywhere.
//
// The table is data, ages.json: each country with its law, where that was read,
// and whether the text of the law itself was seen. A country that is not in it
// has the age of the regulation. The package is pure.
package age

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed ages.json
var data []byte

// Default is the age where no law of a country says otherwise.
const Default = 16

// Floor is the age below which nothing is kept knowingly.
const Floor = 13

// Rule is what holds in a country.
type Rule struct {
	Country  string `json:"country"` // ISO 3166-1, two letters
	Age      int    `json:"age"`
	Law      string `json:"law"`
	Source   string `json:"source"`
	Since    string `json:"since,omitempty"` // YYYY-MM-DD, where it changed after 2018-05-25
	Verified bool   `json:"verified"`        // the text of the law was read
}

// Table is the data with its version.
type Table struct {
	Version string `json:"version"`
	Note    string `json:"note"`
	Rules   []Rule `json:"rules"`
}

var table = sync.OnceValue(func() Table {
	var t Table
	if err := json.Unmarshal(data, &t); err != nil {
		panic("age: ages.json: " + err.Error()) // a test reads it
	}
	return t
})

// All is the table.
func All() Table { return table() }

// In is what holds in a country. It reports false where the table has none: the
// rule is then the regulation's own.
func In(country string) (Rule, bool) {
	c := strings.ToUpper(strings.TrimSpace(country))
	for _, r := range table().Rules {
		if r.Country == c {
			return r, true
		}
	}
	return Rule{Country: c, Age: Default, Law: "Regulation (EU) 2016/679 art. 8(1)"}, false
}
