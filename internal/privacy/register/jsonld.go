package register

import (
	"strings"
	"time"

	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/terms"
)

// The namespaces of the JSON-LD form.
func prefixes() map[string]any {
	return map[string]any{
		"dpv": "https://w3id.org/dpv#", "pd": "https://w3id.org/dpv/pd#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
		"dct": "http://purl.org/dc/terms/", "xsd": "http://www.w3.org/2001/XMLSchema#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
		"fides": "https://ethyca.github.io/fideslang/taxonomy/#",
	}
}

type node map[string]any

func ref(id string) node { return node{"@id": id} }

// compact writes an IRI of a vocabulary with its prefix.
func compact(iri string) string {
	for prefix, ns := range map[string]string{"pd": "https://w3id.org/dpv/pd#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#", "dpv": "https://w3id.org/dpv#"} {
		if name, ok := strings.CutPrefix(iri, ns); ok {
			return prefix + ":" + name
		}
	}
	return iri
}

func refs(iris ...string) []node {
	var all []node
	for _, i := range iris {
		if i != "" {
			all = append(all, ref(compact(i)))
		}
	}
	return all
}

// JSONLD is the register in the words of the Data Privacy Vocabulary 2.3, with
// labels in l's language. Ids are those of the document itself.
func (r Register) JSONLD(l lang.Locale) map[string]any {
	says := func(s string) node { return node{"@value": s, "@language": l.Language()} }
	graph := []node{partyNode("#keeper", r.Keeper, map[personal.Role]string{personal.Controller: "dpv:DataController", personal.Processor: "dpv:DataProcessor"}[r.Role], r.processorOf())}
	record := node{"@id": "#register", "@type": "dpv:RecordsOfActivities", "dct:title": says(text(l, "title."+string(r.Role))),
		"dct:created": node{"@value": r.Made.UTC().Format(time.RFC3339), "@type": "xsd:dateTime"}, "dct:language": l.Language(),
		"dct:conformsTo": says(text(l, "article."+string(r.Role)))}
	controllers := []node{ref("#keeper")}
	if r.Role == personal.Processor {
		controllers = nil
		for _, c := range r.Controllers {
			graph = append(graph, partyNode("#controller-"+c.ID, c, "dpv:DataController", nil))
			controllers = append(controllers, ref("#controller-"+c.ID))
		}
	}
	processors := processorNodes(l, r.Processors, "dpv:DataProcessor")
	graph = append(graph, processors...)
	measures := make([]node, 0, len(r.Measures))
	for _, m := range r.Measures {
		graph = append(graph, node{"@id": "#measure-" + m.Word, "@type": "dpv:TechnicalOrganisationalMeasure", "rdfs:label": says(text(l, "measure."+m.Word))})
		measures = append(measures, ref("#measure-"+m.Word))
	}
	var activities []node
	for _, a := range r.Activities {
		id := "#" + string(a.Purpose)
		activities = append(activities, ref(id))
		n := a.node(id, l, says)
		n["dpv:hasDataController"], n["dpv:hasTechnicalOrganisationalMeasure"] = controllers, measures
		if r.Role == personal.Processor {
			n["dpv:hasDataProcessor"] = []node{ref("#keeper")}
		} else if len(processors) > 0 {
			var to []node
			for _, p := range processors {
				if p["@type"] == "dpv:DataProcessor" {
					to = append(to, node{"@id": p["@id"]})
				}
			}
			n["dpv:hasDataProcessor"] = to
		}
		graph = append(graph, n)
	}
	record["dpv:hasPersonalDataProcess"] = activities
	return map[string]any{"@context": prefixes(), "@graph": append([]node{record}, graph...)}
}

// processorOf are the processors' ids that a controller's node names.
func (r Register) processorOf() []node {
	if r.Role != personal.Controller {
		return nil
	}
	var all []node
	for _, p := range r.Processors {
		all = append(all, ref("#processor-"+p.ID))
	}
	return all
}

func (a Activity) node(id string, l lang.Locale, says func(string) node) node {
	n := node{"@id": id, "@type": "dpv:PersonalDataProcess", "rdfs:label": says(terms.Purpose(l, a.Purpose)),
		"dpv:hasPurpose": refs(a.Purpose.DPV()...), "fides:data_use": a.Purpose.Fideslang()}
	var bases, subjects, recipients, rights, sources, data, limits []node
	for _, b := range a.Bases {
		bases = append(bases, refs(b.DPV())...)
	}
	for _, s := range a.Subjects {
		subjects = append(subjects, node{"@id": id + "-" + string(s), "@type": kinds(s.DPV()), "rdfs:label": says(terms.Subject(l, s))})
	}
	for _, x := range a.Recipients {
		if types := kinds(x.DPV()); len(types) > 0 {
			recipients = append(recipients, node{"@id": id + "-to-" + string(x), "@type": types, "rdfs:label": says(terms.Recipient(l, x))})
		}
	}
	for _, x := range a.Rights {
		rights = append(rights, refs(x.IRI)...)
	}
	for _, s := range a.Sources {
		kind := "dpv:DataSource"
		if s == personal.Self {
			kind = "dpv:DataSubjectDataSource"
		}
		sources = append(sources, node{"@id": id + "-from-" + string(s), "@type": kind, "rdfs:label": says(terms.Source(l, s))})
	}
	for _, d := range a.Data {
		for _, f := range d.Fields {
			data = append(data, node{"@id": id + "-" + f.Name(), "@type": kinds(f.DPV()), "rdfs:label": says(terms.Field(l, f)), "fides:data_category": f.Fideslang()})
		}
		for _, x := range d.Retentions {
			limits = append(limits, node{"@id": id + "-" + string(d.Category) + "-" + string(x), "@type": "dpv:StorageDuration",
				"rdfs:label": says(terms.Category(l, d.Category) + ": " + terms.Retention(l, x)), "dpv:hasPersonalData": refs(d.Category.DPV()...)})
		}
	}
	for key, value := range map[string][]node{"dpv:hasLegalBasis": bases, "dpv:hasDataSubject": subjects, "dpv:hasRecipient": recipients,
		"dpv:hasRight": rights, "dpv:hasDataSource": sources, "dpv:hasPersonalData": data, "dpv:hasStorageCondition": limits} {
		if len(value) > 0 {
			n[key] = value
		}
	}
	return n
}

// kinds are IRIs as the types of a node.
func kinds(iris []string) []string {
	all := make([]string, len(iris))
	for i, x := range iris {
		all[i] = compact(x)
	}
	return all
}

func partyNode(id string, p Party, kind string, processors []node) node {
	n := node{"@id": id, "@type": kind, "dpv:hasName": p.Name}
	for key, v := range map[string]string{"dpv:hasAddress": joined(p.Address, p.Post), "dpv:hasContact": p.Email, "dpv:hasCountry": p.Country} {
		if v != "" {
			n[key] = v
		}
	}
	if officer := joined(p.OfficerEmail, p.OfficerPost); officer != "" {
		n["dpv:hasDataProtectionOfficer"] = node{"@id": id + "-officer", "@type": "dpv:DataProtectionOfficer", "dpv:hasContact": officer}
	}
	if len(processors) > 0 {
		n["dpv:hasDataProcessor"] = processors
	}
	return n
}

func processorNodes(l lang.Locale, all []personal.DataProcessor, kind string) (out []node) {
	for _, p := range all {
		id := "#processor-" + p.ID
		n := node{"@id": id, "@type": kind, "dpv:hasName": p.Name, "dpv:hasAddress": p.Address, "dpv:hasContact": p.Contact, "dpv:hasCountry": p.Country}
		var measures []node
		if p.Agreement.Reference != "" {
			measures = append(measures, node{"@id": id + "-agreement", "@type": "dpv:DataProcessingAgreement", "dct:identifier": p.Agreement.Reference, "dct:date": p.Agreement.Signed})
		}
		if tool := p.Safeguard.DPV(); tool != "" {
			measures = append(measures, node{"@id": id + "-safeguard", "@type": compact(tool), "rdfs:label": terms.Safeguard(l, p.Safeguard)})
		}
		if len(measures) > 0 {
			n["dpv:hasLegalMeasure"] = measures
		}
		below := processorNodes(l, numbered(p), "dpv:DataSubProcessor")
		for _, b := range below {
			if b["@type"] == "dpv:DataSubProcessor" {
				n["dpv:hasDataProcessor"] = appendNode(n["dpv:hasDataProcessor"], node{"@id": b["@id"]})
			}
		}
		out = append(append(out, n), below...)
	}
	return out
}

func appendNode(to any, n node) []node {
	all, _ := to.([]node)
	return append(all, n)
}

// numbered are a processor's own processors with ids of their own.
func numbered(p personal.DataProcessor) []personal.DataProcessor {
	all := make([]personal.DataProcessor, len(p.Subprocessors))
	for i, s := range p.Subprocessors {
		s.ID = p.ID + "-" + string(rune('a'+i%26))
		all[i] = s
	}
	return all
}
