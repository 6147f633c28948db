// Package config is the configuration file: YAML, strict, every setting with a
// default that is safe on one machine.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"plumbline/internal/fault"
	"plumbline/internal/mail"
	"plumbline/internal/privacy/registered"
	"plumbline/internal/signin/oidc"
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
	// Redirect is HOST:PORT, usually :80, where plain HTTP is answered with the
	// public address, and nothing else.
	Redirect   string     `yaml:"redirect"`
	TLS        TLS        `yaml:"tls"`        // the certificate that is shown
	Monitoring Monitoring `yaml:"monitoring"` // what machines are told
	Tracing    Tracing    `yaml:"tracing"`    // where it is told how long things took
	Drain      Drain      `yaml:"drain"`      // how the program leaves when it is stopped
	Ring       Ring       `yaml:"ring"`       // where the keys are
	Files      Files      `yaml:"files"`      // where drawings, photos and reports are
	Mail       Mail       `yaml:"mail"`       // how mail leaves; without a server it is kept in DATA/mail
	// SignIn says which providers people may sign in by, besides a password.
	SignIn SignIn `yaml:"sign_in"`
	// Privacy says who runs the installation, and whom data is handed to.
	Privacy registered.Settings `yaml:"privacy"`
	// Workers is how many jobs run at a time; 0: 2.
	Workers int `yaml:"workers"`
	// Development shows captured mail at /dev/mail. Never for real data.
	Development bool `yaml:"development"`
}

// Ring says where the key ring is kept, and its root key. Keep both out of
// backups of the database, and the root key away from the ring.
type Ring struct {
	// Places are folders, each with a copy of the ring; empty: DATA-keys. Two are
	// better, on two disks: losing the ring loses the data.
	Places []string `yaml:"places"`
	// Root is the file of the key that the ring is sealed under; empty:
	// DATA-root/root.key. It must not lie in one of the places.
	Root string `yaml:"root_key"`
}

// Files says where files are kept; with two places a file is in both before
// its upload is acknowledged.
type Files struct {
	// Places are folders, each with a copy of every file; empty: DATA/files.
	Places []string `yaml:"places"`
}

// Mail says how mail leaves. Without a server it is captured under DATA/mail.
type Mail struct {
	From     string `yaml:"from"`          // the address that mail comes from: Name <ADDRESS>
	Server   string `yaml:"server"`        // HOST:PORT; on port 465 TLS begins at once, elsewhere by STARTTLS, and always
	User     string `yaml:"user"`          // the name that the mail server knows; empty: without signing in
	Password string `yaml:"password_file"` // a file with the password, which only Plumbline may read
	Roots    string `yaml:"roots"`         // a PEM file of the certificates that its own is checked with; empty: the system's
	Plain    bool   `yaml:"without_tls"`   // for a server on this machine, and no other
}

// Read reads a configuration file. A setting that does not exist is an
// error, so that a typing mistake never weakens anything in silence; all that
// is wrong is said at once.
func Read(path string) (Config, error) {
	var c Config
	var f Faults
	if path != "" {
		b, err := os.ReadFile(path) //nolint:gosec // the administrator names the file
		if errors.Is(err, fs.ErrNotExist) {
			return c, fault.New(fault.NotFound, "no-configuration", "there is no configuration file "+path)
		}
		if err != nil {
			return c, Bad("the configuration file cannot be read", err)
		}
		if f, err = c.parse(b); err != nil {
			return c, Bad("the configuration file "+path+" is not right: "+firstLine(yaml.FormatError(err, false, false)), err)
		}
	}
	if !f.kinds() {
		f = append(f, c.complete()...)
	}
	return c, f.Err(path)
}

// Refuse says why a configuration is refused.
func Refuse(text string) error {
	var c Config
	f, err := c.parse([]byte(text))
	if err != nil {
		return Bad("this cannot be read", err)
	}
	return append(f, c.complete()...).Err("")
}

// parse reads YAML, and finds settings that there are not.
func (c *Config) parse(b []byte) (f Faults, err error) {
	var all any
	if err := yaml.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	if all == nil {
		return nil, nil
	}
	if m, ok := all.(map[string]any); ok {
		block("", m, reflect.TypeFor[Config](), &f)
	} else {
		f.add("the file", "it holds no settings", "write NAME: VALUE lines")
	}
	if f.kinds() {
		return f, nil
	}
	return f, yaml.Unmarshal(b, c)
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

// Complete fills the defaults in and checks what can be checked without
// opening anything.
func (c *Config) Complete() error { return c.complete().Err("") }

func (c *Config) complete() (f Faults) {
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
	c.TLS.complete()
	c.Drain.complete(len(c.BehindProxy) > 0)
	if c.PublicURL == "" {
		scheme := "http"
		if c.TLS.On() {
			scheme = "https"
		}
		c.PublicURL = fmt.Sprintf("%s://%s", scheme, c.Listen)
		if strings.HasPrefix(c.Listen, "unix:") {
			c.PublicURL = "http://localhost"
		}
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	c.ranges(&f)
	c.floor(&f)
	c.SignIn.faults(&f)
	for _, err := range c.Privacy.Faults(slices.Concat(mail.Outbound(), oidc.Outbound())) {
		setting, says, _ := strings.Cut(reasonWhole(err), ": ")
		f.add(setting, says, "")
	}
	if c.Mail.Server != "" {
		if err := c.Privacy.CheckMail(); err != nil {
			setting, says, _ := strings.Cut(reasonWhole(err), ": ")
			f.add(setting, says, "")
		}
	}
	return f
}

// DatabaseURL is the address that package db wants.
func (c *Config) DatabaseURL() string {
	if strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://") {
		return c.Database
	}
	return "sqlite:" + strings.TrimPrefix(c.Database, "sqlite:")
}
