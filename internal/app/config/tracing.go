package config

import (
	"net/url"

	"plumbline/internal/egress"
)

// Tracing says where it is told how long requests, jobs, transactions and calls
// to others took, in OpenTelemetry's words. Nothing personal is among them.
type Tracing struct {
	// Endpoint takes OTLP over HTTP as protobuf: https://HOST/v1/traces. Whose
	// server it is stands in privacy: your own host, or a processor. Empty:
	// nothing is measured or sent.
	Endpoint string `yaml:"endpoint"`
	// Headers is a file of lines NAME: VALUE that are sent along, such as a key;
	// only Plumbline may read it.
	Headers string `yaml:"headers_file"`
	// Roots is a PEM file of the certificates that the endpoint's own is checked
	// with; empty: the system's.
	Roots string `yaml:"roots"`
	// Percent is how many of a hundred requests and jobs are told of; 0: all.
	Percent int `yaml:"percent"`
}

// On reports whether anything is told.
func (t Tracing) On() bool { return t.Endpoint != "" }

// Host is whom it is told to.
func (t Tracing) Host() string {
	u, err := url.Parse(t.Endpoint)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func (c *Config) floorTracing(f *Faults) {
	t := c.Tracing
	if t.Percent < 0 || t.Percent > 100 {
		f.add("tracing.percent", "it is no part of a hundred", "write a number between 1 and 100")
	}
	if !t.On() {
		if t != (Tracing{}) {
			f.add("tracing.endpoint", "it is not said where to send to", "write https://HOST/v1/traces, or leave tracing out")
		}
		return
	}
	u, err := url.Parse(t.Endpoint)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Path == "":
		f.add("tracing.endpoint", "it is no address", "write https://HOST/v1/traces")
	case u.Scheme != "https" && (u.Scheme != "http" || !local(u.Host)):
		f.add("tracing.endpoint", "another machine is told by HTTPS", "write https://"+u.Host+u.Path)
	default:
		if _, err := egress.New(c.Privacy.OwnHosts, c.Privacy.Processors, nil).Lane().Recipient(u.Hostname()); err != nil {
			f.add("tracing.endpoint", reason(err), "name it in privacy.own_hosts, or in privacy.processors with an agreement")
		}
	}
}
