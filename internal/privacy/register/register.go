package register

import (
	"slices"
	"strings"
	"time"

	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// Party is a controller or a processor, as an office.
type Party struct {
	ID           string
	Name         string
	Address      string
	Country      string
	Email        string
	Post         string
	OfficerEmail string
	OfficerPost  string
}

// OperatorParty is the operator as a party.
func OperatorParty(o personal.Operator) Party {
	return Party{ID: "operator", Name: o.Name, Address: o.Address, Country: o.Country, Email: o.Email, Post: o.Post,
		OfficerEmail: o.Officer.Email, OfficerPost: o.Officer.Post}
}

// Facts are what a register is made from.
type Facts struct {
	Declarations []personal.Declaration
	Operator     personal.Operator
	Processors   []personal.DataProcessor
	Made         time.Time
}

// Register is a record of processing activities.
type Register struct {
	Role personal.Role // Controller: art. 30(1); Processor: art. 30(2)
	// Keeper is whose register it is: the controller, or the processor.
	Keeper Party
	// Controllers are those on whose behalf the keeper processes; of a
	// processor's register only.
	Controllers []Party
	Activities  []Activity
	// Processors are those that data is handed to: of a controller's register,
	// the keeper's; of a processor's, its sub-processors.
	Processors []personal.DataProcessor
	Transfers  []Transfer
	Measures   []Measure
	Made       time.Time
}

// Activity is the processing for one purpose.
type Activity struct {
	Purpose    personal.Purpose
	Bases      []personal.Basis
	Subjects   []personal.Subject
	Sources    []personal.Source
	Recipients []personal.Recipient
	Rights     []personal.Right
	Data       []Data
}

// Data is a category of personal data in an activity, with its time limits.
type Data struct {
	Category   personal.Category
	Fields     []personal.Declaration
	Retentions []personal.Retention
}

// Transfer is data that goes outside the European Economic Area.
type Transfer struct {
	Processor string
	Country   string
	Safeguard personal.Safeguard
}

// Measure is a protection, by its text's word and the promise whose probe
// shows that it works.
type Measure struct{ Word, Promise string }

// OfOperator is the operator's register as controller: accounts, visitors,
// requests.
func OfOperator(f Facts) Register {
	return f.controller(personal.Controller, OperatorParty(f.Operator), f.Processors)
}

// OfOrganisation is an organisation's register as controller of its project
// data. The operator is its processor, the operator's processors are beneath.
func OfOrganisation(f Facts, org Party) Register {
	return f.controller(personal.Processor, org, []personal.DataProcessor{f.operatorAsProcessor()})
}

// AsProcessor is the operator's register as processor for controllers.
func AsProcessor(f Facts, controllers ...Party) Register {
	r := f.controller(personal.Processor, OperatorParty(f.Operator), f.Processors)
	r.Role, r.Controllers = personal.Processor, controllers
	return r
}

func (f Facts) operatorAsProcessor() personal.DataProcessor {
	o := f.Operator
	p := personal.DataProcessor{ID: "operator", Name: o.Name, Address: o.Address, Contact: o.Email, Country: o.Country,
		Uses: []personal.Use{personal.UseStorage, personal.UseMail}, Subprocessors: f.Processors}
	if slices.Contains(personal.EEA(), o.Country) {
		p.Safeguard = personal.InEEA
	}
	return p
}

func (f Facts) controller(decides personal.Role, keeper Party, processors []personal.DataProcessor) Register {
	r := Register{Role: personal.Controller, Keeper: keeper, Processors: processors, Made: f.Made, Measures: Measures()}
	if sabotage.Off("ROLE-1") && decides == personal.Controller || sabotage.Off("ROLE-2") && decides == personal.Processor {
		decides = other(decides)
	}
	for _, purpose := range personal.Purposes() {
		a := Activity{Purpose: purpose}
		for _, d := range f.Declarations {
			if d.Personal() && d.Role == decides && d.For(purpose) {
				a = add(a, d)
			}
		}
		if len(a.Data) > 0 {
			r.Activities = append(r.Activities, finish(a))
		}
	}
	r.Transfers = transfers(processors)
	return r
}

func other(r personal.Role) personal.Role {
	if r == personal.Controller {
		return personal.Processor
	}
	return personal.Controller
}

func add(a Activity, d personal.Declaration) Activity {
	once(&a.Bases, d.BasisFor(a.Purpose))
	once(&a.Subjects, d.Subject)
	once(&a.Sources, d.Sources...)
	once(&a.Recipients, d.Recipients...)
	i := slices.IndexFunc(a.Data, func(x Data) bool { return x.Category == d.Category })
	if i < 0 {
		a.Data, i = append(a.Data, Data{Category: d.Category}), len(a.Data)
	}
	a.Data[i].Fields = append(a.Data[i].Fields, d)
	once(&a.Data[i].Retentions, d.Retention)
	return a
}

// finish puts everything in the order of package personal, so that the same
// declarations make the same register.
func finish(a Activity) Activity {
	order(a.Bases, personal.Bases())
	order(a.Subjects, personal.Subjects())
	order(a.Sources, personal.Sources())
	order(a.Recipients, personal.Recipients())
	if len(a.Recipients) > 1 {
		a.Recipients = slices.DeleteFunc(a.Recipients, func(r personal.Recipient) bool { return r == personal.Nobody })
	}
	for _, b := range a.Bases {
		for _, r := range personal.RightsFor(b) {
			once(&a.Rights, r)
		}
	}
	slices.SortFunc(a.Data, func(x, y Data) int {
		return slices.Index(personal.Categories(), x.Category) - slices.Index(personal.Categories(), y.Category)
	})
	for _, d := range a.Data {
		order(d.Retentions, personal.Retentions())
		slices.SortFunc(d.Fields, func(x, y personal.Declaration) int { return strings.Compare(x.Name(), y.Name()) })
	}
	return a
}

func transfers(all []personal.DataProcessor) (out []Transfer) {
	for _, p := range all {
		if p.Country != "" && !slices.Contains(personal.EEA(), p.Country) {
			out = append(out, Transfer{p.Name, p.Country, p.Safeguard})
		}
		out = append(out, transfers(p.Subprocessors)...)
	}
	return out
}

// Measures are the protections of art. 32(1) that the program has.
func Measures() []Measure {
	return []Measure{
		{"sealed", "ERA-2"}, {"files", "ERA-1"}, {"tenants", "ROLE-2"}, {"levels", "AUTHZ-1"}, {"purposes", "USE-9"}, {"passwords", "SEC-1"},
		{"guessing", "SEC-4"}, {"transport", "SEC-3"}, {"way-out", "INF-1"}, {"logs", "USE-7"}, {"mail", "MAIL-1"}, {"backup", "RET-3"},
		{"sweeps", "RET-2"}, {"evidence", "CON-2"}, {"parsing", "SEC-12"}, {"probes", "SEC-11"},
	}
}

func once[T comparable](to *[]T, values ...T) {
	for _, v := range values {
		if !slices.Contains(*to, v) {
			*to = append(*to, v)
		}
	}
}

func order[T comparable](values, as []T) {
	slices.SortStableFunc(values, func(a, b T) int { return slices.Index(as, a) - slices.Index(as, b) })
}
