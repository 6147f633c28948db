// Command plumbline is construction-phase software in one program: it serves
// the web app and its API, makes a demo site, and has the commands that
// `plumbline help` lists.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones, where the machine has none

	"plumbline/internal/app/program"
	"plumbline/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, program.Program{}, cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}
