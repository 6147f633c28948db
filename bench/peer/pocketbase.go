package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"time"

	"plumbline/bench/measure"
)

const (
	who    = "bench@site.example"
	secret = "nine slow barges under a bridge"
)

// pocketBase is PocketBase, serving the points of a database of ours to a user
// who takes part in their project.
type pocketBase struct {
	url   string
	token string
	cmd   *exec.Cmd
	said  bytes.Buffer
}

func startPocketBase(ctx context.Context, program, dir, ours string) (*pocketBase, error) {
	made := exec.CommandContext(ctx, program, "superuser", "upsert", who, secret, "--dir", dir) //nolint:gosec // the peer
	if out, err := made.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("a superuser: %w: %s", err, out)
	}
	pb := new(pocketBase)
	if err := pb.serve(ctx, program, dir); err != nil {
		return nil, err
	}
	err := pb.schema()
	pb.stop()
	if err != nil {
		return nil, err
	}
	fill := exec.CommandContext(ctx, program, "fill", ours, dir) //nolint:gosec // the peer
	if out, err := fill.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("copying the rows: %w: %s", err, out)
	}
	return startAgain(ctx, program, dir)
}

// startAgain serves a folder that was filled before.
func startAgain(ctx context.Context, program, dir string) (*pocketBase, error) {
	pb := new(pocketBase)
	if err := pb.serve(ctx, program, dir); err != nil {
		return nil, err
	}
	if err := pb.signIn("users"); err != nil {
		pb.stop()
		return nil, err
	}
	return pb, nil
}

func (pb *pocketBase) serve(ctx context.Context, program, dir string) error {
	addr, err := measure.FreePort(ctx)
	if err != nil {
		return err
	}
	pb.url = "http://" + addr
	pb.cmd = exec.CommandContext(ctx, program, "serve", "--http", addr, "--dir", dir) //nolint:gosec // the peer
	pb.cmd.Stdout, pb.cmd.Stderr = &pb.said, &pb.said
	if err := pb.cmd.Start(); err != nil {
		return err
	}
	for range 600 {
		r, err := http.Get(pb.url + "/api/health")
		if err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	pb.stop()
	return errors.New("PocketBase was not ready in a minute")
}

func (pb *pocketBase) stop() {
	_ = pb.cmd.Process.Kill()
	_ = pb.cmd.Wait()
}

func (pb *pocketBase) request(path string) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodGet, pb.url+path, nil)
	if err == nil {
		r.Header.Set("Authorization", pb.token)
	}
	return r, err
}

func (pb *pocketBase) post(path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, pb.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", pb.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	b, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return err
	case answer.StatusCode >= http.StatusBadRequest:
		return fmt.Errorf("%s: %s: %.400s", path, answer.Status, b)
	case out == nil:
		return nil
	}
	return json.Unmarshal(b, out)
}

func (pb *pocketBase) signIn(as string) error {
	var got struct {
		Token string `json:"token"`
	}
	pb.token = ""
	err := pb.post("/api/collections/"+as+"/auth-with-password", map[string]string{"identity": who, "password": secret}, &got)
	pb.token = got.Token
	return err
}

type object = map[string]any

// schema makes a project with one member, and the collection of its points: who
// is a member lists them.
func (pb *pocketBase) schema() error {
	if err := pb.signIn("_superusers"); err != nil {
		return err
	}
	var user, projects, project struct {
		ID string `json:"id"`
	}
	if err := pb.post("/api/collections/users/records", object{"email": who, "password": secret, "passwordConfirm": secret, "verified": true}, &user); err != nil {
		return err
	}
	err := pb.post("/api/collections", object{"name": "projects", "type": "base", "fields": []object{
		{"name": "members", "type": "relation", "collectionId": "_pb_users_auth_", "maxSelect": 99},
	}}, &projects)
	if err != nil {
		return err
	}
	if err := pb.post("/api/collections/projects/records", object{"members": []string{user.ID}}, &project); err != nil {
		return err
	}
	text := func(name string) object { return object{"name": name, "type": "text", "max": 20000} }
	rule := "project.members.id ?= @request.auth.id"
	return pb.post("/api/collections", object{"name": "points", "type": "base", "listRule": rule, "viewRule": rule,
		"fields": []object{
			{"name": "project", "type": "relation", "collectionId": projects.ID, "maxSelect": 1},
			{"name": "number", "type": "number"}, text("list"), text("subject"), text("description"), text("status"), text("location"),
			text("due"), {"name": "urgent", "type": "bool"}, {"name": "closed", "type": "bool"}, text("author"), text("charge"),
			{"name": "created", "type": "autodate", "onCreate": true}, {"name": "changed", "type": "autodate", "onCreate": true, "onUpdate": true},
		},
	}, nil)
}
