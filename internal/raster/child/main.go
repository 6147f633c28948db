// Command child is nothing but the sandbox child of package raster, for its
// tests and benchmarks. The program that people run is cmd/plumbline.
package main

import (
	"fmt"
	"os"

	"plumbline/internal/raster"
	"plumbline/internal/sandbox"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] != sandbox.ChildArg {
		fmt.Fprintln(os.Stderr, "child: for internal use")
		os.Exit(2)
	}
	os.Exit(sandbox.Child(raster.Handlers()))
}
