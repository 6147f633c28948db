package personal

// Term is what a field is, finer than its category.
type Term string

// The terms.
const (
	Name          Term = "name"
	Email         Term = "email"
	Phone         Term = "phone"
	Language      Term = "language"
	TimeZone      Term = "time-zone"
	Function      Term = "function"
	Company       Term = "company"
	ProjectLevel  Term = "level"
	Membership    Term = "membership" // taking part, and whether still
	Password      Term = "password"
	Secret        Term = "secret" // the hash of a link or of a session
	UserAgent     Term = "user-agent"
	Address       Term = "network-address"
	LastSeen      Term = "last-seen"
	Picture       Term = "picture"
	Position      Term = "position"
	Written       Term = "written" // text that people write
	FileName      Term = "file-name"
	Document      Term = "document"
	Authorship    Term = "author"
	InCharge      Term = "in-charge"
	When          Term = "when"
	PersonID      Term = "person-id"
	AccountID     Term = "account-id"
	SessionID     Term = "session-id"
	ConsentRecord Term = "consent"
	Objection     Term = "objection"
	Restriction   Term = "restriction"
	RequestText   Term = "request"
	Receipt       Term = "receipt"
	Recipience    Term = "recipience" // who received what
	Country       Term = "country"
	Grant         Term = "grant"
	Suppression   Term = "suppression"
	Origin        Term = "origin" // where a value came from
)

// meaning is what a word is in the vocabularies of others.
type meaning struct {
	dpv   []string // IRIs of DPV 2.3
	fides string   // key of Fideslang

}

func pd(names ...string) []string { return iris(pdNS, names) }

func dpv(names ...string) []string { return iris(dpvNS, names) }

func iris(ns string, names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = ns + n
	}
	return all
}

func terms() map[Term]meaning {
	return map[Term]meaning{
		Name:          {dpv: pd("Name"), fides: "user.name"},
		Email:         {dpv: pd("EmailAddress"), fides: "user.contact.email"},
		Phone:         {dpv: pd("TelephoneNumber"), fides: "user.contact.phone_number"},
		Language:      {dpv: pd("Language"), fides: "user.demographic.language"},
		TimeZone:      {dpv: pd("Location"), fides: "user.location.imprecise"},
		Function:      {dpv: pd("Job"), fides: "user.job_title"},
		Company:       {dpv: pd("CurrentEmployment"), fides: "user.workplace"},
		ProjectLevel:  {dpv: pd("GroupMembership"), fides: "user.authorization"},
		Membership:    {dpv: pd("GroupMembership"), fides: "user.workplace"},
		Password:      {dpv: pd("Password"), fides: "user.authorization.password"},
		Secret:        {dpv: pd("Authenticating"), fides: "user.authorization.credentials"},
		UserAgent:     {dpv: pd("UserAgent"), fides: "user.device"},
		Address:       {dpv: pd("IPAddress"), fides: "user.device.ip_address"},
		LastSeen:      {dpv: pd("ServiceConsumptionBehaviour"), fides: "user.behavior"},
		Picture:       {dpv: pd("Picture"), fides: "user.content.private"},
		Position:      {dpv: pd("GPSCoordinate"), fides: "user.location.precise"},
		Written:       {dpv: pd("Communication"), fides: "user.content.private"},
		FileName:      {dpv: pd("PersonalDocuments"), fides: "user.content.private"},
		Document:      {dpv: pd("PersonalDocuments"), fides: "user.content.private"},
		Authorship:    {dpv: pd("UID"), fides: "user.unique_id.pseudonymous"},
		InCharge:      {dpv: pd("UID"), fides: "user.unique_id.pseudonymous"},
		When:          {dpv: pd("CommunicationsMetadata"), fides: "user.behavior"},
		PersonID:      {dpv: pd("UID"), fides: "user.unique_id.pseudonymous"},
		AccountID:     {dpv: pd("UID"), fides: "user.unique_id.pseudonymous"},
		SessionID:     {dpv: pd("UID"), fides: "user.unique_id.pseudonymous"},
		ConsentRecord: {dpv: append(pd("PrivacyPreference"), dpvNS+"ConsentRecord"), fides: "user.privacy_preferences"},
		Objection:     {dpv: pd("PrivacyPreference"), fides: "user.privacy_preferences"},
		Restriction:   {dpv: pd("PrivacyPreference"), fides: "user.privacy_preferences"},
		RequestText:   {dpv: append(pd("Communication"), dpvNS+"RightExerciseRecord"), fides: "user.content.private"},
		Receipt:       {dpv: dpv("RightExerciseRecord"), fides: "user.unique_id.pseudonymous"},
		Recipience:    {dpv: dpv("DataProcessingRecord"), fides: "user.unique_id.pseudonymous"},
		Country:       {dpv: pd("Country"), fides: "user.contact.address.country"},
		Grant:         {dpv: dpv("DataProcessingRecord"), fides: "user.authorization"},
		Origin:        {dpv: dpv("DataSource"), fides: "user.behavior"},
		Suppression:   {dpv: pd("PrivacyPreference"), fides: "user.privacy_preferences"},
	}
}

// Terms are all of them.
func Terms() []Term {
	var all []Term
	for t := range terms() {
		all = append(all, t)
	}
	return all
}

func categories() map[Category]meaning {
	return map[Category]meaning{
		Contact:    {dpv: pd("Contact"), fides: "user.contact"},
		Photo:      {dpv: pd("Picture"), fides: "user.content.private"},
		Work:       {dpv: pd("Professional"), fides: "user.workplace"},
		Location:   {dpv: pd("Location"), fides: "user.location"},
		Activity:   {dpv: pd("Behavioural"), fides: "user.behavior"},
		Content:    {dpv: pd("PersonalDocuments"), fides: "user.content"},
		Device:     {dpv: pd("DeviceBased"), fides: "user.device"},
		Connection: {dpv: pd("Connection"), fides: "user.device.ip_address"},
		Usage:      {dpv: pd("ServiceConsumptionBehaviour"), fides: "user.behavior"},
		Credential: {dpv: pd("Authenticating"), fides: "user.authorization.credentials"},
		Link:       {dpv: pd("UID"), fides: "user.unique_id.pseudonymous"},
		Choice:     {dpv: pd("PrivacyPreference"), fides: "user.privacy_preferences"},
		Request:    {dpv: dpv("RightExerciseRecord"), fides: "user.content.private"},
		Disclosed:  {dpv: dpv("DataProcessingRecord"), fides: "user.unique_id.pseudonymous"},
	}
}

func (p Part) meaning() meaning {
	if m, ok := terms()[p.Term]; ok {
		return m
	}
	return categories()[p.Category]
}

// DPV are the concepts of the Data Privacy Vocabulary that the part is.
func (p Part) DPV() []string { return p.meaning().dpv }

// Fideslang is the data category of Fideslang that the part is.
func (p Part) Fideslang() string { return p.meaning().fides }

// DPV are the concepts of the Data Privacy Vocabulary that the field is.
func (d Declaration) DPV() []string { return d.part().DPV() }

// Fideslang is the data category of Fideslang that the field is.
func (d Declaration) Fideslang() string { return d.part().Fideslang() }

// DPV are the concepts of the category.
func (c Category) DPV() []string { return categories()[c].dpv }

// Fideslang is the category's key.
func (c Category) Fideslang() string { return categories()[c].fides }

func purposes() map[Purpose]meaning {
	return map[Purpose]meaning{
		SignIn:       {dpv: dpv("IdentityAuthentication"), fides: "essential.service.authentication"},
		Participants: {dpv: dpv("ServiceProvision"), fides: "essential.service"},
		Correspond:   {dpv: dpv("CommunicationManagement"), fides: "essential.service.notifications.email"},
		Invitation:   {dpv: dpv("ServiceRegistration"), fides: "essential.service.notifications.email"},
		LocalDates:   {dpv: dpv("ServicePersonalisation"), fides: "functional.service"},
		Security:     {dpv: dpv("EnforceSecurity"), fides: "essential.service.security"},
		Record:       {dpv: dpv("RecordManagement"), fides: "functional.storage"},
		Service:      {dpv: dpv("TechnicalServiceProvision", "ServiceMonitoring"), fides: "essential.service.operations"},
		Rights:       {dpv: dpv("RightsFulfilment"), fides: "essential.legal_obligation"},
		Support:      {dpv: dpv("CustomerCare"), fides: "essential.service.operations.support"},
		Claims:       {dpv: dpv("DisputeManagement"), fides: "essential.legal_obligation"},
		Accounting:   {dpv: dpv("LegalCompliance"), fides: "finance"},
		Updates:      {dpv: dpv("DirectMarketing"), fides: "marketing.communications.email"},
		Research:     {dpv: dpv("CommercialResearch"), fides: "analytics"},
	}
}

// DPV are the concepts of the purpose.
func (p Purpose) DPV() []string { return purposes()[p].dpv }

// Fideslang is the data use of Fideslang that the purpose is.
func (p Purpose) Fideslang() string { return purposes()[p].fides }

// DPV is the concept of the legal basis.
func (b Basis) DPV() string {
	if a := b.Article(); a != "" {
		return gdprNS + a
	}
	return ""
}

func subjects() map[Subject]meaning {
	return map[Subject]meaning{
		AccountHolder: {dpv: dpv("User"), fides: "customer"},
		Participant:   {dpv: dpv("Participant"), fides: "customer"},
		Invited:       {dpv: dpv("Participant"), fides: "prospect"},
		Visitor:       {dpv: dpv("Visitor"), fides: "visitor"},
		Depicted:      {dpv: dpv("DataSubject"), fides: "citizen_voter"},
		Requester:     {dpv: dpv("DataSubject"), fides: "citizen_voter"},
		StaffMember:   {dpv: dpv("Employee"), fides: "employee"},
	}
}

// DPV are the concepts of the subject.
func (s Subject) DPV() []string { return subjects()[s].dpv }

// Fideslang is the data subject of Fideslang.
func (s Subject) Fideslang() string { return subjects()[s].fides }

func recipients() map[Recipient][]string {
	return map[Recipient][]string{
		Nobody: nil, Themselves: dpv("DataSubject"), ProjectTeam: dpv("Recipient"), Organisation: dpv("DataController"),
		MailProvider: dpv("DataProcessor"), IdentityProvider: dpv("DataProcessor"), SupportStaff: dpv("Employee"), PrivacyOffice: dpv("DataProtectionOfficer"), Authority: dpv("Authority"),
	}
}

// DPV are the concepts of the recipient; nobody is none.
func (r Recipient) DPV() []string { return recipients()[r] }
