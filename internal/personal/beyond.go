package personal

// Part is what files, log attributes and outbound fields are declared with:
// the same words as a column has.
type Part struct {
	NotPersonal string // because

	Category   Category
	Term       Term
	Subject    Subject
	Sources    []Source
	Purposes   []Purpose
	Basis      Basis
	Role       Role
	Retention  Retention
	Recipients []Recipient
	StoredIn   Store
	AtErasure  Action
}

// FileClass is a kind of stored file.
type FileClass struct {
	Name        string   // "photo", "report" …
	Columns     []string // "photo.file": the columns that name such files
	Derivatives []Derivative
	Part
}

// LogAttribute is a key that a log line may have.
type LogAttribute struct {
	Key string
	Part
}

// Outbound is a field that leaves through a client.
type Outbound struct {
	Client string // "mail"
	Field  string // "address"
	Part
}

// Name is client.field.
func (o Outbound) Name() string { return o.Client + "." + o.Field }

// Part is the declaration's words, as files and outbound fields have them.
func (d Declaration) Part() Part { return d.part() }
