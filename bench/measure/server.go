package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// Server is the program, serving.
type Server struct {
	URL   string
	Ready time.Duration // from its start to the first 200 of /readyz

	cmd    *exec.Cmd
	said   bytes.Buffer
	ended  chan error
	client http.Client
	cookie string
}

// FreePort finds an address of this machine that nobody listens on.
func FreePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Start runs the program with args and waits, for as long as patience, until
// it is ready at addr.
func Start(ctx context.Context, patience time.Duration, addr, program string, args ...string) (*Server, error) {
	s := &Server{URL: "http://" + addr, cmd: exec.Command(program, args...), ended: make(chan error, 1)} //nolint:gosec // the program that is measured
	s.client.Timeout = time.Minute
	s.cmd.Stdout, s.cmd.Stderr = &s.said, &s.said
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.cmd.Wait() }()
	const often = 5 * time.Millisecond
	tick := time.NewTicker(often)
	defer tick.Stop()
	for time.Since(began) < patience {
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), s.Stop())
		case err := <-s.ended:
			return nil, fmt.Errorf("%s ended before it was ready: %w: %s", program, err, s.said.Bytes())
		case <-tick.C:
		}
		r, err := s.client.Get(s.URL + "/readyz")
		if err != nil {
			continue
		}
		_ = r.Body.Close()
		if r.StatusCode == http.StatusOK {
			s.Ready = time.Since(began)
			return s, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s was not ready within %v", program, patience), s.Stop())
}

// PID is the process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Stop asks the program to stop, and waits until it has.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-s.ended:
		if err != nil {
			return fmt.Errorf("the server ended badly: %w: %s", err, s.said.Bytes())
		}
		return nil
	case <-time.After(30 * time.Second):
		return errors.Join(errors.New("the server did not stop"), s.cmd.Process.Kill())
	}
}

// SignIn starts a session that later requests are made in.
func (s *Server) SignIn(email, password string) error {
	body, err := json.Marshal(map[string]string{"email": email, "password": password})
	if err != nil {
		return err
	}
	s.cookie = ""
	r, err := s.send(http.MethodPost, "/api/v1/session", body)
	if err != nil {
		return err
	}
	defer drain(r)
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("signing in: %s", r.Status)
	}
	for _, c := range r.Cookies() { // a jar would keep it from plain HTTP
		if s.cookie != "" {
			s.cookie += "; "
		}
		s.cookie += c.Name + "=" + c.Value
	}
	if s.cookie == "" {
		return errors.New("signing in gave no cookie")
	}
	return nil
}

// Do makes a request of the API and reads its answer, into out if that is not
// nil. Where the server asks for patience, it waits. It gives the answer's size.
func (s *Server) Do(method, path string, in, out any) (int, error) {
	var body []byte
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return 0, err
		}
		body = b
	}
	for {
		r, err := s.send(method, path, body)
		if err != nil {
			return 0, err
		}
		answer, err := io.ReadAll(r.Body)
		drain(r)
		switch {
		case err != nil:
			return 0, err
		case r.StatusCode == http.StatusTooManyRequests:
			seconds, _ := strconv.Atoi(r.Header.Get("Retry-After"))
			time.Sleep(time.Duration(max(seconds, 1)) * time.Second)
			continue
		case r.StatusCode >= http.StatusBadRequest:
			return 0, fmt.Errorf("%s %s: %s: %.300s", method, path, r.Status, answer)
		case out == nil:
			return len(answer), nil
		}
		return len(answer), json.Unmarshal(answer, out)
	}
}

// Request is a request of the session that somebody else makes.
func (s *Server) Request(method, path string) (*http.Request, error) {
	r, err := http.NewRequest(method, s.URL+path, nil)
	if err == nil && s.cookie != "" {
		r.Header.Set("Cookie", s.cookie)
	}
	return r, err
}

func (s *Server) send(method, path string, body []byte) (*http.Response, error) {
	r, err := http.NewRequest(method, s.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.cookie != "" {
		r.Header.Set("Cookie", s.cookie)
	}
	return s.client.Do(r)
}

func drain(r *http.Response) {
	_, _ = io.Copy(io.Discard, r.Body)
	_ = r.Body.Close()
}
