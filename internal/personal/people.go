package personal

import "slices"

// Valid reports whether the kind fits the organisation and the id is there.
func (w Who) Valid() bool {
	return w.ID != "" && (w.Kind == AccountKind && w.Org == "" || w.Kind == PersonKind && w.Org != "")
}

// Operator is who runs the installation: controller of account data, processor
// of project data.
type Operator struct {
	Name    string  `yaml:"name"`    // of the firm
	Address string  `yaml:"address"` // by post
	Country string  `yaml:"country"` // ISO 3166-1, two letters
	Email   string  `yaml:"email"`   // where people write to
	Post    string  `yaml:"post"`    // where letters about data go, if not to the address
	Officer Officer `yaml:"officer"` // for data protection
}

// Officer is the data-protection officer.
type Officer struct {
	Email string `yaml:"email"` // of the officer
	Post  string `yaml:"post"`  // of the officer
}

// DataProcessor is someone whom data is handed to, on the operator's behalf.
type DataProcessor struct {
	ID            string          `yaml:"id"`            // a short word of your choice
	Name          string          `yaml:"name"`          // of the firm
	Address       string          `yaml:"address"`       // by post
	Contact       string          `yaml:"contact"`       // an e-mail address
	Country       string          `yaml:"country"`       // where the data is, ISO 3166-1
	Hosts         []string        `yaml:"hosts"`         // its servers that are sent to
	Uses          []Use           `yaml:"uses"`          // what it is there for
	Fields        []string        `yaml:"fields"`        // what it is sent, such as mail.to and mail.language
	Agreement     Agreement       `yaml:"agreement"`     // the contract with it (GDPR art. 28)
	Safeguard     Safeguard       `yaml:"safeguard"`     // what lets data go there: eea, adequacy:COUNTRY or scc
	Subprocessors []DataProcessor `yaml:"subprocessors"` // whom it hands data to
}

// Agreement is the contract of GDPR art. 28(3).
type Agreement struct {
	Reference string `yaml:"reference"` // by which both sides find it
	Signed    string `yaml:"signed"`    // YYYY-MM-DD
	Ends      string `yaml:"ends"`      // YYYY-MM-DD; empty: until one side ends it
}

// On reports whether the agreement holds on a date, YYYY-MM-DD.
func (a Agreement) On(date string) bool {
	return a.Reference != "" && a.Signed != "" && a.Signed <= date && (a.Ends == "" || date <= a.Ends)
}

// Use is what a processor is there for (promise SHR-1).
type Use string

// The uses.
const (
	UseAnalytics  Use = "analytics"
	UseMarketing  Use = "marketing"
	UseSales      Use = "crm-sales"
	UseInApp      Use = "in-app-usage"
	UseStorage    Use = "storage"
	UseHelp       Use = "help-centre"
	UseMail       Use = "communication"
	UseOnboarding Use = "onboarding"
	UseProduct    Use = "product-management"
)

// Uses are all of them.
func Uses() []Use {
	return []Use{UseAnalytics, UseMarketing, UseSales, UseInApp, UseStorage, UseHelp, UseMail, UseOnboarding, UseProduct}
}

// Unsafe says why nothing may be handed to the processor where its data is, or
// "" (GDPR chapter V; promise SHR-3).
func (p DataProcessor) Unsafe() string {
	if slices.Contains(EEA(), p.Country) {
		if p.Safeguard != InEEA {
			return "it is in the European Economic Area: its safeguard is " + string(InEEA)
		}
	} else if why := p.Safeguard.Covers(p.Country); why != "" {
		return why
	}
	for _, sub := range p.Subprocessors {
		if why := sub.Unsafe(); why != "" {
			return sub.Name + ": " + why
		}
	}
	return ""
}
