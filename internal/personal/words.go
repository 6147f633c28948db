package personal

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
	Choice     Category = "choice"     // consents, objections, restrictions
	Request    Category = "request"    // a request about one's own data, and its answers
	Disclosed  Category = "disclosed"  // who received which of a person's data
)

// Categories are all of them.
func Categories() []Category {
	return []Category{Contact, Photo, Work, Location, Activity, Content, Device, Connection, Usage, Credential, Link, Choice, Request, Disclosed}
}

// Subject is whose data it is.
type Subject string

// The subjects.
const (
	AccountHolder Subject = "account-holder"
	Participant   Subject = "participant" // a person of an organisation's address book
	Invited       Subject = "invited"
	Visitor       Subject = "visitor"
	Depicted      Subject = "depicted"  // someone who happens to be written about or photographed
	Requester     Subject = "requester" // someone who asks about their data, account or not
	StaffMember   Subject = "staff"     // who works for the operator
)

// Subjects are all of them.
func Subjects() []Subject {
	return []Subject{AccountHolder, Participant, Invited, Visitor, Depicted, Requester, StaffMember}
}

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

// Sources are all of them.
func Sources() []Source { return []Source{Self, Colleague, Customer, Supplier, Automatic} }

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
	Support      Purpose = "support"      // staff answer a question
	Claims       Purpose = "claims"       // evidence kept for legal claims
	Accounting   Purpose = "accounting"   // books that the law wants kept
	Updates      Purpose = "updates"      // news of the product; only with consent
	Research     Purpose = "research"     // surveys; only with consent
)

// Purposes are all of them.
func Purposes() []Purpose {
	return []Purpose{SignIn, Participants, Correspond, Invitation, LocalDates, Security, Record, Service, Rights,
		Support, Claims, Accounting, Updates, Research}
}

// Optional reports whether a person must have agreed to the purpose.
func (p Purpose) Optional() bool { return p == Updates || p == Research }

// Basis is the ground in law (GDPR art. 6).
type Basis string

// The bases.
const (
	Contract   Basis = "contract"
	LegalDuty  Basis = "legal-obligation"
	Legitimate Basis = "legitimate-interests"
	Consent    Basis = "consent"
)

// Bases are all of them.
func Bases() []Basis { return []Basis{Contract, LegalDuty, Legitimate, Consent} }

// Role is who decides over the data (promises ROLE-1, ROLE-2).
type Role string

// The roles.
const (
	Controller Role = "controller" // the operator decides
	Processor  Role = "processor"  // the customer's organisation decides
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
	// IdentityProvider is one that vouches for whoever signs in by it.
	IdentityProvider Recipient = "identity-provider"
	SupportStaff     Recipient = "staff"          // the operator's people, under a grant
	PrivacyOffice    Recipient = "privacy-office" // who answers requests: the organisation's contact, the operator's officer
	Authority        Recipient = "authority"      // a supervisory authority or a court
)

// Recipients are all of them.
func Recipients() []Recipient {
	return []Recipient{Nobody, Themselves, ProjectTeam, Organisation, MailProvider, IdentityProvider, SupportStaff, PrivacyOffice, Authority}
}

// Store is how a field is kept.
type Store string

// The stores.
const (
	Vault  Store = "vault"  // sealed under the person's or account's own key
	Sealed Store = "sealed" // sealed under the organisation's key
	Bucket Store = "bucket" // sealed under the key of a retention bucket
	Hashed Store = "hashed" // not recoverable
	Clear  Store = "clear"  // readable in the database
)

// Stores are all of them.
func Stores() []Store { return []Store{Vault, Sealed, Bucket, Hashed, Clear} }

// SubjectKind is the kind of id that a subject is known by: AccountKind,
// PersonKind, or, of a link column only, EitherKind.
type SubjectKind = string

// EitherKind says that a link column holds an account's id or a person's.
const EitherKind SubjectKind = "either"

// Action is what erasing its person does to a field.
type Action string

// The actions.
const (
	DeleteRow   Action = "delete-row"   // the whole row goes
	ClearValue  Action = "clear-value"  // the row stays without the value
	Pseudonym   Action = "pseudonym"    // it stays, and means nobody any more
	WithKey     Action = "with-key"     // sealed: unreadable with the key, and gone with the row
	KeepContent Action = "keep-content" // content of a project: its places are listed for the controller to decide
)

// Actions are all of them.
func Actions() []Action { return []Action{DeleteRow, ClearValue, Pseudonym, WithKey, KeepContent} }

// Derivative is where a copy of a field, or something made from it, is held.
type Derivative string

// The derivatives.
const (
	Search      Derivative = "search"       // the full-text index
	Thumbnail   Derivative = "thumbnail"    // smaller pictures
	Tiles       Derivative = "tiles"        // a drawing cut up for the screen
	Report      Derivative = "report"       // PDF reports that were made
	DeviceCopy  Derivative = "device-copy"  // what a device works with offline
	MailQueue   Derivative = "mail-queue"   // mail that waits, or was captured in development
	LogValue    Derivative = "log-value"    // what a value was and became, beside the log entry
	Backup      Derivative = "backup"       // copies of database and files
	MemoryIndex Derivative = "memory-index" // an index in memory, built from the sealed rows
)

// Derivatives are all of them.
func Derivatives() []Derivative {
	return []Derivative{Search, Thumbnail, Tiles, Report, DeviceCopy, MailQueue, LogValue, Backup, MemoryIndex}
}
