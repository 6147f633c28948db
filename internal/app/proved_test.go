package app

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"testing"

	"plumbline/internal/promise"
	"plumbline/internal/sandbox"
)

// expected is the state that a promise must be in: sections 2, 3 and 6 are
// kept, but for features that do not exist yet. Of the others nothing is said.
func expected(id string) (promise.State, bool) {
	p, ok := promise.Find(id)
	if !ok {
		return "", false
	}
	if slices.Contains([]string{"USE-4", "USE-6", "USE-8"}, id) {
		return promise.NotBuilt, true
	}
	if slices.Contains([]string{"SEC-3", "SEC-9", "SEC-11"}, id) {
		return promise.Kept, true
	}
	switch p.Section {
	case promise.WhatData, promise.Rights, promise.SharingKeep:
		return promise.Kept, true
	}
	return "", false
}

// TestProveDemo runs the command as anybody would.
func TestProveDemo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*wait)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Getenv(sandbox.ChildEnv), "prove", "--demo", "--json") //nolint:gosec // our own build
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var got struct {
		Promises []struct{ ID, State, Evidence, Repeat, At string }
	}
	if e := json.Unmarshal(out, &got); e != nil {
		t.Fatalf("%v: %v: %.300s", err, e, out)
	}
	if err != nil {
		t.Errorf("the command ended with %v", err)
	}
	if len(got.Promises) != len(promise.All()) {
		t.Errorf("%d promises, want %d", len(got.Promises), len(promise.All()))
	}
	for _, p := range got.Promises {
		if want, ok := expected(p.ID); ok && promise.State(p.State) != want {
			t.Errorf("%s is %s, want %s: %s", p.ID, p.State, want, p.Evidence)
		}
		if p.State == string(promise.Broken) || p.Evidence == "" || p.Repeat == "" || p.At == "" {
			t.Errorf("%+v", p)
		}
	}
}
