package app

import "plumbline/internal/app/config"

// The configuration, by the names that this package uses.
type (
	// Config is the configuration file.
	Config = config.Config
	// Ring says where the key ring is kept.
	Ring = config.Ring
	// Files says where files are kept.
	Files = config.Files
	// Mail says how mail leaves.
	Mail = config.Mail
	// TLS names a certificate and its key.
	TLS = config.TLS
)
