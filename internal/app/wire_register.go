package app

import (
	"context"
	"plumbline/internal/app/config"
	"plumbline/internal/app/declared"
	"plumbline/internal/cli"
	"plumbline/internal/db"
	"plumbline/internal/egress"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/register"
	"plumbline/internal/privacy/registerapi"
	"plumbline/internal/probes/office"
)

// way is the only way out of the house.
func (h *House) way() *egress.Gate {
	return egress.New(h.cfg.Privacy.OwnHosts, h.cfg.Privacy.Processors, h.clock).Announced(h.Policy.RecipientInForce)
}

// operator is who runs the installation, as the configuration says it.
func (h *House) operator() personal.Operator { return h.cfg.Privacy.Operator }

func registerFacts(c *Config) register.Facts {
	return register.Facts{Declarations: declared.Declarations(), Operator: c.Privacy.Operator, Processors: c.Privacy.Processors}
}

func (h *House) registers() *register.Service {
	return &register.Service{DB: h.DB, Staff: h.newStaff(), Facts: func() register.Facts { return registerFacts(&h.cfg) }}
}

func (h *House) wireRegister() { registerapi.Register(h.api, h.registers(), h.Orgs.Enter) }

// registered is what probes look at.
func (h *House) registered() office.Registered {
	return office.Registered{Declarations: declared.Declarations, Registers: h.registers(), Way: h.way()}
}

// WriteRegister writes a record of processing activities.
func WriteRegister(ctx context.Context, r cli.Registering) error {
	cfg, err := config.Read(r.Config)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: cfg.DatabaseURL()})
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	s := &register.Service{DB: d, Facts: func() register.Facts { return registerFacts(&cfg) }}
	return s.File(ctx, r.Out, personal.Role(r.Role), id.Org(r.Organisation), r.Format, lang.Match(r.Locale))
}
