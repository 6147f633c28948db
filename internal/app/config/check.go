package config

import (
	"context"
	"net/url"
	"os"
)

// Words must not carry a password: the names that everybody here knows.
func (c *Config) Words() []string {
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return nil
	}
	return []string{u.Hostname()}
}

// CheckFiles writes and removes a file in every place of the files.
func (c *Config) CheckFiles(context.Context) error {
	for _, dir := range c.Files.Places {
		f, err := os.CreateTemp(dir, "ready-*")
		if err != nil {
			return err
		}
		_ = f.Close()
		if err := os.Remove(f.Name()); err != nil {
			return err
		}
	}
	return nil
}
