// Package receipt writes what someone agreed to, or took back, as a consent
// receipt after ISO/IEC TS 27560:2023 in JSON-LD, with the terms of the W3C Data
// Privacy Vocabulary, profile dpv-27560:receipt-eu-gdpr.
//
// A receipt holds what was shown, word for word, in which language, by which
// way and when, the purpose with its data, retention, recipients and rights as
// they are declared, who the controller is, and how to take it back. It names
// the person by a random id alone. The package is pure.
package receipt

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"plumbline/internal/consent"
	"plumbline/internal/personal"
)

// Schema is the profile that a receipt conforms to.
const Schema = "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"

// Input is what a receipt is made of.
type Input struct {
	Record       consent.Record
	History      []consent.Record // of the same purpose, in any order; Record among them
	Operator     personal.Operator
	Declarations []personal.Declaration // those of the subject's kind
	Processors   []personal.DataProcessor
	Label        string // the purpose in the language of the record
	Policy       string // address of the privacy policy
	Withdraw     string // address where it is taken back
	Complain     string // address of the list of authorities
}

type (
	object = map[string]any
	list   = []any
)

func iri(s string) object { return object{"@id": s} }

func dpv(term string) object { return iri("dpv:" + term) }

func instant(t time.Time) object {
	return object{"@type": "xsd:dateTime", "@value": t.UTC().Format(time.RFC3339)}
}

func duration(s personal.Span) string {
	if s.Zero() {
		return ""
	}
	var b []byte
	b = append(b, 'P')
	for _, part := range []struct {
		n    int
		unit string
	}{{s.Years, "Y"}, {s.Months, "M"}, {s.Days, "D"}} {
		if part.n > 0 {
			b = append(appendInt(b, part.n), part.unit...)
		}
	}
	if s.Hours > 0 {
		b = append(appendInt(append(b, 'T'), s.Hours), 'H')
	}
	return string(b)
}

func appendInt(b []byte, n int) []byte {
	return strconv.AppendInt(b, int64(n), 10)
}

func status(w consent.Word) string {
	switch w {
	case consent.Given:
		return "ConsentGiven"
	case consent.Gone:
		return "ConsentWithdrawn"
	default:
		return "ConsentRefused"
	}
}

// New is the receipt.
func New(in Input) ([]byte, error) {
	r := in.Record
	var data, rights list
	recipients := list{}
	retention := object{}
	used := map[string]bool{}
	for _, d := range in.Declarations {
		if !d.For(r.Purpose) || d.BasisFor(r.Purpose) != personal.Consent {
			continue
		}
		for _, concept := range d.DPV() {
			data = append(data, object{"@type": concept, "dct:identifier": d.Name(), "dpv:hasNecessity": dpv("Optional"),
				"dpv:hasDataSource": dpv("DataSubject")})
		}
		period := d.Retention.Period()
		retention = object{"@type": "dpv:StorageDuration", "dct:description": string(d.Retention)}
		if text := duration(period.Span); text != "" {
			retention["dpv:hasDuration"] = object{"@type": "dpv:TemporalDuration", "rdf:value": text}
		} else {
			retention["dpv:hasDuration"] = object{"@type": "dpv:UntilEventDuration", "rdf:value": string(period.From)}
		}
		if slices.Contains(d.Recipients, personal.MailProvider) {
			used["mail"] = true
		}
	}
	for _, p := range in.Processors {
		if used["mail"] && slices.ContainsFunc(p.Fields, func(f string) bool { return len(f) > 5 && f[:5] == "mail." }) {
			recipients = append(recipients, object{"@type": "dpv:DataProcessor", "dct:identifier": p.ID, "schema:name": p.Name,
				"schema:address": p.Address, "dpv:hasJurisdiction": p.Country})
		}
	}
	for _, x := range personal.RightsFor(personal.Consent) {
		rights = append(rights, iri(x.IRI))
	}
	purposes := list{}
	for _, concept := range r.Purpose.DPV() {
		purposes = append(purposes, object{"@type": concept, "dct:identifier": string(r.Purpose), "dct:title": object{"@value": in.Label, "@language": r.Locale}})
	}
	controller := object{"@type": "dpv:DataController", "schema:name": in.Operator.Name, "schema:address": in.Operator.Address,
		"schema:email": in.Operator.Email, "dpv:hasJurisdiction": in.Operator.Country,
		"dpv:hasRepresentative": object{"@type": "dpv:DataProtectionOfficer", "schema:email": in.Operator.Officer.Email, "schema:address": in.Operator.Officer.Post}}
	doc := object{
		"@context": object{
			"dpv": "https://w3id.org/dpv#", "pd": "https://w3id.org/dpv/pd#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
			"dct": "http://purl.org/dc/terms/", "schema": "https://schema.org/", "xsd": "http://www.w3.org/2001/XMLSchema#",
			"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
		},
		"@id":                "urn:uuid:" + string(r.ID),
		"@type":              "dpv:ConsentReceipt",
		"dct:conformsTo":     Schema,
		"dct:identifier":     string(r.ID),
		"dct:language":       r.Locale,
		"dpv:hasDataSubject": object{"@type": "dpv:DataSubject", "dct:identifier": r.Who.Kind + ":" + r.Who.ID},
		"dpv:hasNotice": list{
			object{"@type": "dpv:ConsentNotice", "dct:identifier": r.Version, "dct:language": r.Locale, "dct:description": r.Text},
			object{"@type": "dpv:PrivacyNotice", "schema:url": in.Policy},
		},
		"dpv:hasProcess": object{
			"@type":                   "dpv:Process",
			"dpv:hasPurpose":          purposes,
			"dpv:hasLegalBasis":       list{iri(personal.Consent.DPV()), dpv("ExplicitlyExpressedConsent")},
			"dpv:hasPersonalData":     data,
			"dpv:hasDataController":   controller,
			"dpv:hasProcessing":       list{dpv("Collect"), dpv("Store"), dpv("Use")},
			"dpv:hasStorageCondition": list{retention, object{"@type": "dpv:StorageLocation", "dpv:hasLocation": in.Operator.Country}},
			"dpv:hasRecipient":        recipients,
			"dpv:hasJurisdiction":     in.Operator.Country,
			"dpv:hasConsentControl":   object{"@type": "dpv:WithdrawConsent", "schema:url": in.Withdraw},
			"dpv:hasRight":            rights,
			"dpv:hasAuthority":        object{"@type": "dpv:DataProtectionAuthority", "schema:url": in.Complain},
		},
		"dpv:hasConsentStatus": events(in),
	}
	return json.MarshalIndent(doc, "", "  ")
}

// events are what was said about the purpose up to the record, the oldest first.
func events(in Input) list {
	said := slices.Clone(in.History)
	if !slices.ContainsFunc(said, func(r consent.Record) bool { return r.ID == in.Record.ID }) {
		said = append(said, in.Record)
	}
	slices.SortFunc(said, func(a, b consent.Record) int { return a.At.Compare(b.At) })
	out := list{}
	for _, r := range said {
		if r.Purpose != in.Record.Purpose || r.At.After(in.Record.At) {
			continue
		}
		e := object{"@type": list{"dpv:" + status(r.Word)}, "dct:identifier": string(r.ID), "dpv:isIndicatedAtTime": instant(r.At),
			"dpv:hasIndicationMethod": r.Channel, "dpv:isIndicatedBy": dpv("DataSubject"),
			"dpv:hasDuration": object{"@type": "dpv:UntilEventDuration", "rdf:value": "withdrawn"}}
		if r.UI != "" {
			e["dpv:hasNotice"] = object{"@type": "dpv:ConsentNotice", "dct:identifier": r.Version, "schema:sha256": r.UI}
		}
		out = append(out, e)
	}
	return out
}
