package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"plumbline/internal/fault"
	"plumbline/internal/rest"
)

// Config is the configuration file: YAML, every setting optional. Paths are
// relative to the folder that plumbline is started in.
type Config struct {
	// Data is the folder for everything that is not placed elsewhere.
	Data string `yaml:"data"`
	// Database is a PostgreSQL address (postgres://…) or the path of an SQLite
	// file; empty: DATA/plumbline.db.
	Database string `yaml:"database"`
	// Listen is HOST:PORT or unix:/PATH. Plain HTTP is served on loopback, on a
	// Unix socket and behind a proxy named below; elsewhere TLS is needed.
	Listen string `yaml:"listen"`
	// PublicURL is the address that people use; mails link to it.
	PublicURL string `yaml:"public_url"`
	// BehindProxy names the networks whose X-Forwarded-For and
	// X-Forwarded-Proto are believed, as CIDR.
	BehindProxy []string `yaml:"behind_proxy"`
	TLS         TLS      `yaml:"tls"`
	Ring        Ring     `yaml:"ring"`
	Files       Files    `yaml:"files"`
	Mail        Mail     `yaml:"mail"`
	// Workers is how many jobs run at a time; 0: 2.
	Workers int `yaml:"workers"`
	// Development shows captured mail at /dev/mail. Never for real data.
	Development bool `yaml:"development"`
}

// TLS names a certificate and its key, PEM.
type TLS struct {
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// Ring says where the key ring is kept, and its root key. Keep both out of
// backups of the database, and the root key away from the ring.
type Ring struct {
	Places []string `yaml:"places"`   // empty: DATA-keys, beside the data
	Root   string   `yaml:"root_key"` // empty: DATA-root/root.key
}

// Files says where files are kept; with two places a file is in both before
// its upload is acknowledged.
type Files struct {
	Places []string `yaml:"places"` // empty: DATA/files
}

// Mail says how mail leaves. Without a server it is captured under DATA/mail.
type Mail struct {
	From     string `yaml:"from"`
	Server   string `yaml:"server"` // HOST:PORT
	User     string `yaml:"user"`
	Password string `yaml:"password_file"`
	Plain    bool   `yaml:"without_tls"` // for a server on this machine
}

func badConfig(message string, cause error) error {
	return fault.New(fault.Invalid, "bad-configuration", message).Because(cause)
}

// ReadConfig reads a configuration file. A setting that does not exist is an
// error, so that a typing mistake never weakens anything in silence.
func ReadConfig(path string) (Config, error) {
	var c Config
	if path != "" {
		b, err := os.ReadFile(path) //nolint:gosec // the administrator names the file
		if errors.Is(err, fs.ErrNotExist) {
			return c, fault.New(fault.NotFound, "no-configuration", "there is no configuration file "+path)
		}
		if err != nil {
			return c, badConfig("the configuration file cannot be read", err)
		}
		if err := yaml.UnmarshalWithOptions(b, &c, yaml.Strict()); err != nil {
			return c, badConfig("the configuration file "+path+" is not right: "+firstLine(yaml.FormatError(err, false, false)), err)
		}
	}
	err := c.complete()
	return c, err
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

// complete fills the defaults in and checks what can be checked without
// opening anything.
func (c *Config) complete() error {
	or := func(to *string, value string) {
		if *to == "" {
			*to = value
		}
	}
	or(&c.Data, "plumbline-data")
	or(&c.Listen, "127.0.0.1:8080")
	or(&c.Database, filepath.Join(c.Data, "plumbline.db"))
	beside := filepath.Clean(c.Data)
	or(&c.Ring.Root, filepath.Join(beside+"-root", "root.key"))
	or(&c.Mail.From, "Plumbline <plumbline@localhost>")
	if len(c.Ring.Places) == 0 {
		c.Ring.Places = []string{beside + "-keys"}
	}
	if len(c.Files.Places) == 0 {
		c.Files.Places = []string{filepath.Join(c.Data, "files")}
	}
	if c.Workers == 0 {
		c.Workers = 2
	}
	if (c.TLS.Certificate == "") != (c.TLS.Key == "") {
		return badConfig("tls needs both a certificate and a key", nil)
	}
	if c.Workers < 1 || c.Workers > 64 {
		return badConfig("workers is between 1 and 64", nil)
	}
	proxies, err := rest.ParseProxies(c.BehindProxy)
	if err != nil {
		return fault.Wrap("app.Config", err)
	}
	if _, _, err := rest.ListenOn(c.Listen, c.TLS.Certificate != "", proxies); err != nil {
		return fault.Wrap("app.Config", err)
	}
	if c.PublicURL == "" {
		scheme := "http"
		if c.TLS.Certificate != "" {
			scheme = "https"
		}
		c.PublicURL = fmt.Sprintf("%s://%s", scheme, c.Listen)
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	return nil
}

// databaseURL is the address that package db wants.
func (c *Config) databaseURL() string {
	if strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://") {
		return c.Database
	}
	return "sqlite:" + strings.TrimPrefix(c.Database, "sqlite:")
}
