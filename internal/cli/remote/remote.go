// Package remote asks an installation over HTTP, as whoever a token belongs to:
// commands that work from any machine. It talks to the address that was named,
// follows no redirect, and sends the token nowhere else.
package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// client asks an installation over HTTP, as whoever the token belongs to.
type client struct {
	base  string
	token string
	agent string
	http  *http.Client
}

const (
	mostJSON = 8 << 20
	askAgain = time.Second
)

// Wanted is a report that is to be made and fetched.
type Wanted struct {
	URL, Token, Out, Project, Format, Locale, Zone, Title, Agent string
	Filter                                                       url.Values
	Photos, Plan                                                 bool
}

// Report has the installation make a report, waits for it, and writes it to a
// file. It tells on progress how far that is, and gives the bytes written.
func Report(ctx context.Context, w Wanted, progress io.Writer) (int64, error) {
	c := &client{base: strings.TrimSuffix(w.URL, "/") + "/api/v1", token: w.Token, agent: w.Agent, http: &http.Client{
		Timeout:       30 * time.Minute,
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ResponseHeaderTimeout: 2 * time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // a token is not carried elsewhere
	}}
	defer c.http.CloseIdleConnections()
	return c.report(ctx, w, progress)
}

func (c *client) report(ctx context.Context, w Wanted, progress io.Writer) (int64, error) {
	p, err := c.project(ctx, w.Project)
	if err != nil {
		return 0, err
	}
	if w.Zone == "" {
		w.Zone = p.Zone
	}
	if w.Title == "" {
		w.Title = p.Name
	}
	filter := map[string]string{}
	for k, v := range w.Filter {
		filter[k] = strings.Join(v, ",")
	}
	which := id.New[id.Report]()
	at := "/projects/" + url.PathEscape(p.ID) + "/reports/" + string(which)
	var made struct {
		Job string `json:"job_id"`
	}
	if err := c.ask(ctx, http.MethodPut, at, map[string]any{"title": w.Title, "filter": filter, "locale": w.Locale, "time_zone": w.Zone, "format": w.Format, "photos": w.Photos, "plan": w.Plan}, &made); err != nil {
		return 0, err
	}
	if err := c.wait(ctx, "/projects/"+url.PathEscape(p.ID)+"/jobs/"+url.PathEscape(made.Job), progress); err != nil {
		return 0, err
	}
	return c.download(ctx, at+"/file", w.Out)
}

type foundProject struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Code string `json:"code"`
	Zone string `json:"time_zone"`
}

// project finds the project by its id, code or name; the only one where none is named.
func (c *client) project(ctx context.Context, name string) (foundProject, error) {
	var all struct {
		Items []foundProject `json:"items"`
	}
	if err := c.ask(ctx, http.MethodGet, "/projects", nil, &all); err != nil {
		return foundProject{}, err
	}
	var hits []foundProject
	for _, p := range all.Items {
		if name == "" || p.ID == name || strings.EqualFold(p.Name, name) || p.Code != "" && strings.EqualFold(p.Code, name) {
			hits = append(hits, p)
		}
	}
	switch {
	case len(hits) == 1:
		return hits[0], nil
	case len(hits) == 0:
		return foundProject{}, fault.New(fault.NotFound, "project-not-found", "the token's holder takes part in no such project")
	}
	return foundProject{}, fault.New(fault.Invalid, "which-project", fmt.Sprintf("there are %d such projects: name one with --project ID", len(hits)))
}

// wait follows the job, and tells how far it is.
func (c *client) wait(ctx context.Context, path string, progress io.Writer) error {
	last := ""
	for {
		var j struct {
			State string `json:"state"`
			Code  string `json:"code"`
			Done  int64  `json:"done"`
			Total int64  `json:"total"`
		}
		if err := c.ask(ctx, http.MethodGet, path, nil, &j); err != nil {
			return err
		}
		say := j.State
		if j.Total > 0 {
			say = fmt.Sprintf("%d of %d points", j.Done, j.Total)
		}
		if say != last {
			_, _ = fmt.Fprintln(progress, say)
			last = say
		}
		switch j.State {
		case "done":
			return nil
		case "failed":
			return fault.New(fault.Invalid, j.Code, "the report could not be made")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(askAgain):
		}
	}
}

func (c *client) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, r)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("User-Agent", "plumbline/"+c.agent)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the address
		}
		return nil, fault.New(fault.Unavailable, "unreachable", "the installation does not answer").Because(err)
	}
	if res.StatusCode >= 300 {
		defer func() { _ = res.Body.Close() }()
		return nil, refused(res)
	}
	return res, nil
}

// refused is what the server said no with.
func refused(res *http.Response) error {
	var p struct {
		Code   string `json:"code"`
		Detail string `json:"detail"`
		Title  string `json:"title"`
		Fields []struct {
			Path string `json:"path"`
			Code string `json:"code"`
		} `json:"fields"`
	}
	_ = json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&p)
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	if text == "" {
		text = res.Status
	}
	for _, f := range p.Fields {
		text += fmt.Sprintf("; %s: %s", f.Path, f.Code)
	}
	kind := fault.Unavailable
	switch res.StatusCode {
	case http.StatusUnauthorized:
		kind, text = fault.Denied, "the token is not valid here, or not any more"
	case http.StatusForbidden:
		kind = fault.Denied
	case http.StatusNotFound:
		kind = fault.NotFound
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusConflict:
		kind = fault.Invalid
	}
	if p.Code == "" {
		p.Code = fmt.Sprintf("http-%d", res.StatusCode)
	}
	return fault.New(kind, p.Code, text)
}

func (c *client) ask(ctx context.Context, method, path string, body, into any) error {
	res, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if err := json.NewDecoder(io.LimitReader(res.Body, mostJSON)).Decode(into); err != nil {
		return fault.New(fault.Unavailable, "not-plumbline", "what answers there is not Plumbline").Because(err)
	}
	return nil
}

// download writes the file beside its place and puts it there when it is whole.
func (c *client) download(ctx context.Context, path, out string) (int64, error) {
	res, err := c.send(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	f, err := os.CreateTemp(filepath.Dir(out), ".plumbline-*")
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(f, res.Body)
	if err == nil && res.ContentLength >= 0 && n != res.ContentLength {
		err = io.ErrUnexpectedEOF
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), out)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return n, err
}
