package register

import (
	"time"

	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/terms"
)

// View is a register as JSON: keys for programs, labels for people.
type View struct {
	Role        string          `json:"role" enum:"controller,processor"`
	Article     string          `json:"article"`
	MadeAt      time.Time       `json:"made_at"`
	Keeper      PartyView       `json:"keeper" doc:"Whose register it is: the controller, or the processor."`
	Controllers []PartyView     `json:"controllers" doc:"On whose behalf a processor processes."`
	Activities  []ActivityView  `json:"activities"`
	Processors  []ProcessorView `json:"processors"`
	Transfers   []TransferView  `json:"transfers" doc:"Out of the European Economic Area."`
	Measures    []MeasureView   `json:"measures"`
}

// PartyView is a controller or processor.
type PartyView struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Address      string `json:"address"`
	Country      string `json:"country"`
	Email        string `json:"email"`
	Post         string `json:"post"`
	OfficerEmail string `json:"officer_email"`
	OfficerPost  string `json:"officer_post"`
}

// Word is a word of the vocabulary with its label.
type Word struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// ActivityView is the processing for one purpose.
type ActivityView struct {
	Purpose    Word       `json:"purpose"`
	Bases      []Word     `json:"bases"`
	Subjects   []Word     `json:"subjects"`
	Sources    []Word     `json:"sources"`
	Recipients []Word     `json:"recipients"`
	Rights     []Word     `json:"rights"`
	Data       []DataView `json:"data"`
}

// DataView is a category of data with its time limits.
type DataView struct {
	Category   Word   `json:"category"`
	Fields     []Word `json:"fields"`
	Retentions []Word `json:"retentions"`
}

// ProcessorView is a processor as anybody may see it.
type ProcessorView struct {
	ID            string          `json:"id"`
	Name          string          `json:"name"`
	Address       string          `json:"address"`
	Contact       string          `json:"contact"`
	Country       string          `json:"country" doc:"Where the data is."`
	Uses          []Word          `json:"uses"`
	Fields        []Word          `json:"fields" doc:"What it receives."`
	Agreement     string          `json:"agreement"`
	Safeguard     Word            `json:"safeguard"`
	Subprocessors []ProcessorView `json:"subprocessors"`
}

// TransferView is data that goes out of the European Economic Area.
type TransferView struct {
	Processor string `json:"processor"`
	Country   string `json:"country"`
	Safeguard Word   `json:"safeguard"`
}

// MeasureView is a protection.
type MeasureView struct {
	Key     string `json:"key"`
	Label   string `json:"label"`
	Promise string `json:"promise" doc:"The promise whose probe shows it."`
}

func words[W ~string](l lang.Locale, label func(lang.Locale, W) string, all []W) []Word {
	out := make([]Word, len(all))
	for i, w := range all {
		out[i] = Word{string(w), label(l, w)}
	}
	return out
}

func partyView(p Party) PartyView { return PartyView(p) }

// View is the register with labels in l's language.
func (r Register) View(l lang.Locale) View {
	v := View{Role: string(r.Role), Article: text(l, "article."+string(r.Role)), MadeAt: r.Made, Keeper: partyView(r.Keeper),
		Controllers: []PartyView{}, Activities: []ActivityView{}, Processors: ProcessorViews(l, r.Processors), Transfers: []TransferView{}}
	for _, c := range r.Controllers {
		v.Controllers = append(v.Controllers, partyView(c))
	}
	for _, a := range r.Activities {
		one := ActivityView{Purpose: Word{string(a.Purpose), terms.Purpose(l, a.Purpose)}, Bases: words(l, terms.Basis, a.Bases),
			Subjects: words(l, terms.Subject, a.Subjects), Sources: words(l, terms.Source, a.Sources),
			Recipients: words(l, terms.Recipient, a.Recipients), Rights: []Word{}}
		for _, x := range a.Rights {
			one.Rights = append(one.Rights, Word{x.Article, terms.Right(l, x.Article)})
		}
		for _, d := range a.Data {
			data := DataView{Category: Word{string(d.Category), terms.Category(l, d.Category)}, Retentions: words(l, terms.Retention, d.Retentions)}
			for _, f := range d.Fields {
				data.Fields = append(data.Fields, Word{f.Name(), terms.Field(l, f)})
			}
			one.Data = append(one.Data, data)
		}
		v.Activities = append(v.Activities, one)
	}
	for _, t := range r.Transfers {
		v.Transfers = append(v.Transfers, TransferView{t.Processor, t.Country, Word{string(t.Safeguard), terms.Safeguard(l, t.Safeguard)}})
	}
	for _, m := range r.Measures {
		v.Measures = append(v.Measures, MeasureView{m.Word, text(l, "measure."+m.Word), m.Promise})
	}
	return v
}

// ProcessorViews are processors with labels in l's language.
func ProcessorViews(l lang.Locale, all []personal.DataProcessor) []ProcessorView {
	out := make([]ProcessorView, 0, len(all))
	for _, p := range all {
		v := ProcessorView{ID: p.ID, Name: p.Name, Address: p.Address, Contact: p.Contact, Country: p.Country, Uses: words(l, terms.Use, p.Uses),
			Fields: []Word{}, Agreement: agreement(l, p.Agreement), Safeguard: Word{string(p.Safeguard), terms.Safeguard(l, p.Safeguard)},
			Subprocessors: ProcessorViews(l, p.Subprocessors)}
		for _, f := range p.Fields {
			v.Fields = append(v.Fields, Word{f, text(l, "outbound."+f)})
		}
		out = append(out, v)
	}
	return out
}
