package program

import (
	"context"
	"errors"

	"plumbline/internal/app/config"
	"plumbline/internal/app/doctor"
	"plumbline/internal/app/tools"
	"plumbline/internal/cli"
)

// ConfigCheck says all that is wrong with a configuration file.
func (Program) ConfigCheck(_ context.Context, path string) ([]cli.Finding, error) {
	cfg, found, err := checked(path)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if found = doctor.Faults(cfg.OnDisk()); len(found) == 0 {
		found = []cli.Finding{{Check: "configuration", State: cli.OK, Says: "right; " + cfg.PublicURL + " will be served on " + cfg.Listen}}
	}
	return found, nil
}

// checked reads a configuration; its faults come as findings.
func checked(path string) (config.Config, []cli.Finding, error) {
	cfg, err := config.Read(path)
	if f, ok := errors.AsType[config.Faults](err); ok {
		return cfg, doctor.Faults(f), nil
	}
	return cfg, nil, err
}

// Doctor looks whether an installation is well.
func (Program) Doctor(ctx context.Context, path string) ([]cli.Finding, error) {
	cfg, found, err := checked(path)
	if err != nil || len(found) > 0 {
		return found, err
	}
	return doctor.Look(ctx, doctor.Deps{Config: cfg, Sandbox: tools.Try}), nil
}
