package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"plumbline/internal/egress"
	"plumbline/internal/fault"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/register"
	"plumbline/internal/promise"
	"plumbline/internal/schema"
	"plumbline/internal/staff"
)

// Registered is what the installation says of itself.
type Registered struct {
	Declarations func() []personal.Declaration
	Registers    *register.Service
	Way          *egress.Gate
}

// probesRegister are those of what data there is, and where it may go.
func (w World) probesRegister() []promise.Probe {
	return []promise.Probe{
		look("DATA-1", "every column of the running database is declared", w.declared),
		look("ROLE-1", "account data stands in the operator's register", w.operatorDecides),
		look("ROLE-2", "project data stands in the organisation's register", w.organisationDecides),
		look("ROLE-2", "one request becomes a case of each controller", w.requestsAreRouted),
		look("INF-1", "nothing is sent to who is not registered", w.strangersGetNothing),
		look("SHR-1", "the list of processors is public, and a processor gets the fields in it", w.onlyListedFields),
		look("SHR-2", "without an agreement nothing is sent", w.noAgreement),
		look("SHR-3", "outside the EEA nothing is sent without a safeguard", w.noSafeguard),
	}
}

func (w World) declared(ctx context.Context) (string, error) {
	columns, err := schema.Columns(ctx, w.DB)
	if err != nil {
		return "", err
	}
	all := w.Declarations()
	wrong := append(personal.Check(all), personal.Undeclared(columns, engine(all, columns))...)
	for _, sealed := range []struct {
		table, column string
		holds         any
	}{
		{"person", "sealed", person.Profile{}}, {"account", "sealed", person.AccountProfile{}}, {"account", "credentials", person.Credentials{}},
	} {
		wrong = append(wrong, personal.Fields(sealed.table, sealed.column, sealed.holds, all)...)
	}
	if len(wrong) > 0 {
		return "", errors.New(strings.Join(wrong[:min(5, len(wrong))], "; "))
	}
	fields := 0
	for _, d := range all {
		if d.Personal() {
			fields++
		}
	}
	return fmt.Sprintf("%d columns, of which %d fields are personal: each has category, source, purpose, basis, role, retention, recipients, and what erasure does to it", len(columns), fields), nil
}

// engine leaves out declarations of columns that stand on the other engine
// only.
func engine(all []personal.Declaration, columns []personal.Column) []personal.Declaration {
	return slices.DeleteFunc(slices.Clone(all), func(d personal.Declaration) bool {
		return d.Table == "search_text" && !slices.ContainsFunc(columns, func(c personal.Column) bool { return c.Table == d.Table && c.Name == d.Column })
	})
}

func (w World) operatorDecides(ctx context.Context) (string, error) {
	r, err := w.Registers.Operator(ctx, personal.Controller)
	if err != nil {
		return "", err
	}
	fields := fieldsOf(r)
	for _, name := range []string{"account.sealed.email", "account.sealed.name", "session.agent"} {
		if !slices.Contains(fields, name) {
			return "", errors.New(name + " is not in the operator's register")
		}
	}
	for _, name := range []string{"person.sealed.email", "point.description", "photo.file"} {
		if slices.Contains(fields, name) {
			return "", errors.New(name + " is in the operator's register as controller")
		}
	}
	return fmt.Sprintf("%d fields of accounts and visitors in the record of art. 30(1)", len(fields)), nil
}

func fieldsOf(r register.Register) (all []string) {
	for _, a := range r.Activities {
		for _, d := range a.Data {
			for _, f := range d.Fields {
				if !slices.Contains(all, f.Name()) {
					all = append(all, f.Name())
				}
			}
		}
	}
	return all
}

func (w World) organisationDecides(ctx context.Context) (string, error) {
	path := "/api/v1/organisations/" + string(w.Site.Org) + "/privacy/register"
	for role, wants := range map[string][]string{
		"controller": {`"point.description"`, `"person.sealed.email"`, string(w.Site.Org)},
		"processor":  {`"point.description"`, string(w.Site.Org)},
	} {
		a, err := w.Must(ctx, 200, w.Owner(), http.MethodGet, path+"?role="+role, nil)
		if err != nil {
			return "", err
		}
		for _, want := range wants {
			if !a.Has(want) {
				return "", fmt.Errorf("as %s the register does not name %s", role, strings.Trim(want, `"`))
			}
		}
		if a.Has(`"account.sealed.email"`) {
			return "", errors.New("account data stands in the organisation's register")
		}
	}
	return "the organisation is the controller of people and content of its projects, the operator its processor", nil
}

// requestsAreRouted: what somebody asks of everyone who holds something of them
// becomes a case of their organisation, about the person, and one of the
// operator, about the account; neither sees the other's.
func (w World) requestsAreRouted(ctx context.Context) (said string, err error) {
	p, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	officer, err := w.Person(ctx, policy.None)
	if err != nil {
		return "", err
	}
	if err := w.second(ctx, officer); err != nil {
		return "", err
	}
	if err := w.Staff.Add(ctx, officer.Email, staff.Officer); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, w.Staff.Remove(context.WithoutCancel(ctx), officer.Email)) }()
	if _, err := w.Must(ctx, http.StatusNoContent, officer, http.MethodPost, "/api/v1/operator/me/rules", map[string]string{"rules_version": staff.Rules}); err != nil {
		return "", err
	}
	ask := map[string]any{"rights": []string{"A16"}, "text": "My name is spelt otherwise."}
	if _, err := w.Must(ctx, http.StatusCreated, p, http.MethodPost, "/api/v1/me/requests", ask); err != nil {
		return "", err
	}
	mine, theirs, err := w.queue(ctx, w.Owner(), "/api/v1/organisations/"+string(w.Site.Org)+"/privacy/cases", personal.PersonKind, string(p.Person))
	if err == nil && mine == 0 {
		err = errors.New("the request did not reach the office of the organisation")
	}
	if err == nil && theirs > 0 {
		err = errors.New("the organisation has cases that are the operator's")
	}
	if err != nil {
		return "", err
	}
	mine, theirs, err = w.queue(ctx, officer, "/api/v1/operator/cases", personal.AccountKind, "")
	switch {
	case err != nil:
		return "", err
	case mine == 0:
		return "", errors.New("the request did not reach the operator's officer")
	case theirs > 0:
		return "", errors.New("the operator has cases that are an organisation's")
	}
	return "a request about everything became a case of the organisation and one of the operator", nil
}

// queue counts the cases of a kind in an office's list, of one person where one
// is named, and those of another kind.
func (w World) queue(ctx context.Context, who *Someone, path, kind, person string) (mine, others int, err error) {
	a, err := w.Must(ctx, http.StatusOK, who, http.MethodGet, path, nil)
	if err != nil {
		return 0, 0, err
	}
	var list struct {
		Items []struct {
			Kind   string `json:"who_kind"`
			Person string `json:"person_id"`
		} `json:"items"`
	}
	if err := a.JSON(&list); err != nil {
		return 0, 0, err
	}
	for _, c := range list.Items {
		switch {
		case c.Kind == kind && (person == "" || c.Person == person):
			mine++
		case c.Kind != kind && c.Kind != "":
			others++
		}
	}
	return mine, others, nil
}

// example is a processor that there is not; its host can never be reached.
func example() personal.DataProcessor {
	return personal.DataProcessor{ID: "example", Name: "An example", Country: "BE", Hosts: []string{"example.invalid"}, Uses: []personal.Use{personal.UseMail},
		Fields: []string{"mail.to"}, Agreement: personal.Agreement{Reference: "A-1", Signed: "2020-01-01"}, Safeguard: personal.InEEA}
}

// sent says how a gate that knows one processor answers.
func (w World) sent(change func(*personal.DataProcessor), fields ...string) error {
	p := example()
	change(&p)
	_, err := egress.New(nil, []personal.DataProcessor{p}, w.Clock).Lane(fields...).Recipient("example.invalid")
	return err
}

func refused(err error, code, what string) error {
	if !fault.Is(err, fault.Denied) || fault.CodeOf(err) != code {
		return errors.New(what)
	}
	return nil
}

func (w World) strangersGetNothing(ctx context.Context) (string, error) {
	for _, host := range []string{"stranger.invalid", "192.0.2.1"} {
		_, err := w.Way.Lane().Recipient(host)
		if err := refused(err, "recipient-not-registered", "a host that is not registered may be sent to"); err != nil {
			return "", err
		}
		c, err := w.Way.Lane().DialContext(ctx, "tcp", host+":443")
		if c != nil {
			_ = c.Close()
		}
		if err := refused(err, "recipient-not-registered", "a connection to a host that is not registered was tried"); err != nil {
			return "", err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/", nil)
		if err != nil {
			return "", err
		}
		res, err := w.Way.Lane().Client().Do(req)
		if res != nil {
			_ = res.Body.Close()
		}
		if err := refused(err, "recipient-not-registered", "a request to a host that is not registered was tried"); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("connections and requests to unregistered hosts are refused; registered are %d processors", len(w.Registers.Processors())), nil
}

func (w World) onlyListedFields(ctx context.Context) (string, error) {
	if err := w.sent(func(*personal.DataProcessor) {}, "mail.to"); err != nil {
		return "", errors.New("a registered processor is refused what it may have")
	}
	if err := refused(w.sent(func(*personal.DataProcessor) {}, "mail.to", "mail.language"), "field-not-agreed",
		"a processor may be sent a field that the register does not name"); err != nil {
		return "", err
	}
	a, err := w.Must(ctx, 200, nil, http.MethodGet, "/api/v1/processors?locale=en", nil)
	if err != nil {
		return "", err
	}
	var list struct {
		Items []register.ProcessorView `json:"items"`
	}
	if err := a.JSON(&list); err != nil {
		return "", err
	}
	all := w.Registers.Processors()
	for _, p := range all {
		i := slices.IndexFunc(list.Items, func(v register.ProcessorView) bool { return v.ID == p.ID })
		if i < 0 {
			return "", errors.New("a processor is missing in the public list")
		}
		v := list.Items[i]
		if v.Name == "" || v.Country == "" || len(v.Uses) == 0 || len(v.Fields) != len(p.Fields) || v.Safeguard.Label == "" || len(v.Subprocessors) != len(p.Subprocessors) {
			return "", errors.New("the public list does not say all of " + p.ID)
		}
	}
	return fmt.Sprintf("%d processors in the public list, each with uses, fields, country, agreement, safeguard and sub-processors", len(all)), nil
}

func (w World) noAgreement(context.Context) (string, error) {
	for what, agreement := range map[string]personal.Agreement{
		"without an agreement":              {},
		"under an agreement that has ended": {Reference: "A-1", Signed: "2020-01-01", Ends: "2020-12-31"},
		"before the agreement begins":       {Reference: "A-1", Signed: "2999-01-01"},
	} {
		if err := refused(w.sent(func(p *personal.DataProcessor) { p.Agreement = agreement }, "mail.to"), "no-agreement",
			"a processor may be sent to "+what); err != nil {
			return "", err
		}
	}
	for _, p := range w.Registers.Processors() {
		for _, host := range p.Hosts {
			if _, err := w.Way.Lane(p.Fields...).Recipient(host); err != nil {
				return "", errors.New(p.ID + ": " + fault.CodeOf(err))
			}
		}
	}
	return "none, ended and not yet begun are refused; every registered processor has one in force", nil
}

func (w World) noSafeguard(ctx context.Context) (string, error) {
	for what, safeguard := range map[string]personal.Safeguard{
		"without a safeguard":                        personal.NoSafeguard,
		"as if it were in the EEA":                   personal.InEEA,
		"under the adequacy of another country":      personal.Adequacy("CH"),
		"under an adequacy decision that is not one": personal.Adequacy("US"),
	} {
		if err := refused(w.sent(func(p *personal.DataProcessor) { p.Country, p.Safeguard = "US", safeguard }, "mail.to"), "no-safeguard",
			"a processor in a third country may be sent to "+what); err != nil {
			return "", err
		}
	}
	a, err := w.Must(ctx, 200, nil, http.MethodGet, "/api/v1/processors?locale=en", nil)
	if err != nil {
		return "", err
	}
	abroad := 0
	for _, p := range w.Registers.Processors() {
		if p.Unsafe() != "" {
			return "", errors.New(p.ID + " lacks a safeguard")
		}
		if !slices.Contains(personal.EEA(), p.Country) {
			abroad++
		}
	}
	if len(w.Registers.Processors()) > 0 && !a.Has(`"safeguard"`) {
		return "", errors.New("the public list names no safeguard")
	}
	return fmt.Sprintf("third countries need an adequacy decision of their own or the standard clauses; %d processors are in one", abroad), nil
}
