// Package personal is the vocabulary in which every personal field of
// Plumbline is declared, once, beside the slice that owns it.
//
// A Declaration names a column of a table, or one JSON field of a sealed
// profile, and says what the field is: its category, whose it is, where it
// comes from, what it is used for and on which legal basis, whether the
// operator decides over it (controller) or a customer does (processor), how
// long it is kept, who receives it, and how it is stored. A column that holds
// text or bytes and is not personal is declared too, with the reason why it
// is not: what is undeclared cannot be told from what was forgotten.
//
// Undeclared compares the columns of a migrated database with the
// declarations, Fields the fields of a Go type with them. Both name every
// difference in both directions. The package is pure.
package personal

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Category is the kind of data that a field is (promise DATA-1).
type Category string

// The categories.
const (
	Contact    Category = "contact"    // name, e-mail, phone, language
	Photo      Category = "photo"      // a picture of or by a person
	Work       Category = "work"       // company, function, roles
	Location   Category = "location"   // address, country, time zone, position
	Activity   Category = "activity"   // what a person did on a project
	Content    Category = "content"    // what a person wrote or uploaded
	Device     Category = "device"     // model, system, version
	Connection Category = "connection" // address, browser
	Usage      Category = "usage"      // when and how the service is used
	Credential Category = "credential" // what proves who someone is
	Link       Category = "link"       // a random id that points at a person
)

// Subject is whose data it is.
type Subject string

// The subjects.
const (
	AccountHolder Subject = "account-holder"
	Participant   Subject = "participant" // a person of an organisation's address book
	Invited       Subject = "invited"
	Visitor       Subject = "visitor"
	Depicted      Subject = "depicted" // someone who happens to be written about or photographed
)

// Source is where a value comes from (promise SRC-1).
type Source string

// The sources.
const (
	Self      Source = "self"
	Colleague Source = "colleague"
	Customer  Source = "customer"
	Supplier  Source = "supplier"
	Automatic Source = "automatic"
)

// ParseSource reads the source that an invitation names: another person, or
// the person themselves.
func ParseSource(s string) (Source, bool) {
	switch v := Source(s); v {
	case Self, Colleague, Customer, Supplier:
		return v, true
	}
	return "", false
}

// Purpose is what a field is used for (promise USE-9). Reading a person takes
// one.
type Purpose string

// The purposes.
const (
	SignIn       Purpose = "sign-in"      // identify account holders
	Participants Purpose = "participants" // list a project's participants, name the author of every action
	Correspond   Purpose = "correspond"   // send what a person asked for or must know
	Invitation   Purpose = "invitation"   // ask someone to take part
	LocalDates   Purpose = "local-dates"  // dates, times and texts as the person expects them
	Security     Purpose = "security"     // keep strangers out
	Record       Purpose = "record"       // the project's record of who did what
	Service      Purpose = "service"      // run the service and know that it runs
	Rights       Purpose = "rights"       // answer a request about one's own data
)

// Basis is the ground in law (GDPR art. 6).
type Basis string

// The bases.
const (
	Contract   Basis = "contract"
	LegalDuty  Basis = "legal-obligation"
	Legitimate Basis = "legitimate-interests"
	Consent    Basis = "consent"
)

// Role is who decides over the data (promises ROLE-1, ROLE-2).
type Role string

// The roles.
const (
	Controller Role = "controller" // the operator decides
	Processor  Role = "processor"  // the customer's organisation decides
)

// Retention is how long a field is kept.
type Retention string

// The retentions.
const (
	WhileAccount    Retention = "while-account"  // until the account is erased
	WhilePerson     Retention = "while-person"   // until the person is erased from the address book
	WhileProject    Retention = "while-project"  // until the project is erased
	WhileSession    Retention = "while-session"  // until sign-out or expiry
	InvitationLapse Retention = "invitation-14d" // until accepted, declined or 14 days old
	OneHour         Retention = "1h"
	OneDay          Retention = "24h"
	ThirtyDays      Retention = "30d"
	NinetyDays      Retention = "90d"
	OneYear         Retention = "1y"
	UntilSent       Retention = "until-sent" // plus 30 days for the proof that it was sent
)

// Recipient is who gets the data.
type Recipient string

// The recipients.
const (
	Nobody       Recipient = "nobody"       // used inside, shown to no one
	Themselves   Recipient = "themselves"   // the person alone
	ProjectTeam  Recipient = "project"      // participants of a shared project
	Organisation Recipient = "organisation" // members of the organisation
	MailProvider Recipient = "mail-provider"
)

// Store is how a field is kept.
type Store string

// The stores.
const (
	Vault  Store = "vault"  // sealed under the person's or account's own key
	Sealed Store = "sealed" // sealed under the organisation's key
	Hashed Store = "hashed" // not recoverable
	Clear  Store = "clear"  // readable in the database
)

// Declaration is one field. Either NotPersonal says why the column holds
// nothing about a person, or every other field is filled in.
type Declaration struct {
	Table  string
	Column string
	Field  string // JSON field of a sealed column; empty for the column itself

	NotPersonal string // because

	Category   Category
	Subject    Subject
	Sources    []Source
	Purposes   []Purpose
	Basis      Basis
	Role       Role
	Retention  Retention
	Recipients []Recipient
	StoredIn   Store
}

// Name is table.column or table.column.field.
func (d Declaration) Name() string {
	if d.Field != "" {
		return d.Table + "." + d.Column + "." + d.Field
	}
	return d.Table + "." + d.Column
}

// Personal reports whether the field is about a person.
func (d Declaration) Personal() bool { return d.NotPersonal == "" }

// For reports whether the field may be read for purpose.
func (d Declaration) For(purpose Purpose) bool { return slices.Contains(d.Purposes, purpose) }

// NotPersonal declares columns of a table that hold nothing about a person,
// for one reason.
func NotPersonal(table, because string, columns ...string) []Declaration {
	all := make([]Declaration, len(columns))
	for i, c := range columns {
		all[i] = Declaration{Table: table, Column: c, NotPersonal: because}
	}
	return all
}

// Same declares several columns of a table alike.
func Same(d Declaration, columns ...string) []Declaration {
	all := make([]Declaration, len(columns))
	for i, c := range columns {
		all[i] = d
		all[i].Column = c
	}
	return all
}

// Check names what a set of declarations lacks: an incomplete declaration, a
// word that is none of this package's, one field declared twice. Empty means
// all is well.
func Check(all []Declaration) []string {
	var wrong []string
	seen := map[string]bool{}
	for _, d := range all {
		name := d.Name()
		bad := func(what string) { wrong = append(wrong, name+": "+what) }
		if seen[name] {
			bad("declared twice")
		}
		seen[name] = true
		if d.Table == "" || d.Column == "" {
			bad("names no column")
		}
		if !d.Personal() {
			if d.Category != "" || d.Subject != "" || len(d.Purposes) > 0 {
				bad("both personal and not")
			}
			if len(d.NotPersonal) < 8 {
				bad("no reason why it is not personal")
			}
			continue
		}
		one(bad, "category", d.Category, Contact, Photo, Work, Location, Activity, Content, Device, Connection, Usage, Credential, Link)
		one(bad, "subject", d.Subject, AccountHolder, Participant, Invited, Visitor, Depicted)
		one(bad, "basis", d.Basis, Contract, LegalDuty, Legitimate, Consent)
		one(bad, "role", d.Role, Controller, Processor)
		one(bad, "retention", d.Retention, WhileAccount, WhilePerson, WhileProject, WhileSession, InvitationLapse, OneHour, OneDay, ThirtyDays, NinetyDays, OneYear, UntilSent)
		one(bad, "store", d.StoredIn, Vault, Sealed, Hashed, Clear)
		if d.Field != "" && d.StoredIn != Vault && d.StoredIn != Sealed {
			bad("a field inside a column that is not sealed")
		}
		some(bad, "source", d.Sources, Self, Colleague, Customer, Supplier, Automatic)
		some(bad, "purpose", d.Purposes, SignIn, Participants, Correspond, Invitation, LocalDates, Security, Record, Service, Rights)
		some(bad, "recipient", d.Recipients, Nobody, Themselves, ProjectTeam, Organisation, MailProvider)
	}
	return wrong
}

func one[T comparable](bad func(string), what string, got T, known ...T) {
	if !slices.Contains(known, got) {
		bad("no known " + what)
	}
}

func some[T comparable](bad func(string), what string, got []T, known ...T) {
	if len(got) == 0 {
		bad("no " + what)
	}
	for _, g := range got {
		one(bad, what, g, known...)
	}
}

// Column is a column of the migrated database.
type Column struct {
	Table, Name string
	Type        string // as the schema says: text, bytea, bigint …
}

// Undeclared compares columns with declarations. It names every column of
// text or bytes that nothing declares, and every declaration of a column that
// does not exist. A number or boolean needs a declaration only where it is
// personal.
func Undeclared(columns []Column, all []Declaration) []string {
	declared, exists := map[string]bool{}, map[string]bool{}
	for _, d := range all {
		declared[d.Table+"."+d.Column] = true
	}
	var wrong []string
	for _, c := range columns {
		name := c.Table + "." + c.Name
		exists[name] = true
		if needsDeclaration(c.Type) && !declared[name] {
			wrong = append(wrong, name+": not declared")
		}
	}
	for name := range declared {
		if !exists[name] {
			wrong = append(wrong, name+": declared, but does not exist")
		}
	}
	slices.Sort(wrong)
	return slices.Compact(wrong)
}

func needsDeclaration(typ string) bool {
	switch strings.ToLower(typ) {
	case "bigint", "integer", "int", "int8", "boolean", "bool", "double precision", "real", "float8":
		return false
	}
	return true // text, bytes, and whatever is not known
}

// Fields compares the JSON fields of a Go type, which is what a sealed column
// holds, with the declarations of that column. It names fields that nothing
// declares, declarations of fields that do not exist, and fields that JSON
// leaves out or that have no name of their own.
func Fields(table, column string, of any, all []Declaration) []string {
	declared := map[string]bool{}
	for _, d := range all {
		if d.Table == table && d.Column == column && d.Field != "" {
			declared[d.Field] = true
		}
	}
	t := reflect.TypeOf(of)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var wrong []string
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "" || name == "-":
			wrong = append(wrong, fmt.Sprintf("%s.%s: Go field %s has no JSON name", table, column, field.Name))
		case !declared[name]:
			wrong = append(wrong, table+"."+column+"."+name+": not declared")
		}
		delete(declared, name)
	}
	for name := range declared {
		wrong = append(wrong, table+"."+column+"."+name+": declared, but does not exist")
	}
	slices.Sort(wrong)
	return wrong
}

// Allowed are the fields of a sealed column that may be read for purpose.
func Allowed(all []Declaration, table, column string, purpose Purpose) map[string]bool {
	fields := map[string]bool{}
	for _, d := range all {
		if d.Table == table && d.Column == column && d.Field != "" && d.For(purpose) {
			fields[d.Field] = true
		}
	}
	return fields
}
