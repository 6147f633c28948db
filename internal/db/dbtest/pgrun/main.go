// Command pgrun starts the private PostgreSQL cluster of the tests, runs a
// command with PLUMBLINE_TEST_POSTGRES set to it, and stops the cluster again if it did not run before:
//
//	go run ./internal/db/dbtest/pgrun -- go test ./...
//
// With -stop it stops a cluster that tests started by themselves. Where
// PostgreSQL is not installed, the command runs without it.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"plumbline/internal/db/dbtest"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 1 && args[0] == "-stop" {
		return say(dbtest.Stop())
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: pgrun [-stop] -- command …")
		return 2
	}
	// An interrupt reaches the command by itself; we stay to stop the cluster.
	signal.Ignore(os.Interrupt)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdin, os.Stdout, os.Stderr, os.Environ()
	if os.Getenv(dbtest.EnvPostgres) == "" {
		url, started, err := dbtest.Cluster()
		switch {
		case errors.Is(err, dbtest.ErrNoPostgres):
			fmt.Fprintln(os.Stderr, "pgrun: PostgreSQL is not installed: its half of the tests will not run")
		case err != nil:
			return say(err)
		default:
			cmd.Env = append(cmd.Env, dbtest.EnvPostgres+"="+url)
			if started { // one that ran before may have other users
				defer func() { say(dbtest.Stop()) }()
			}
		}
	}
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(exit.ExitCode(), 1)
	}
	return say(err)
}

func say(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "pgrun:", err)
	return 1
}
