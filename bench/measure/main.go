package measure

import (
	"fmt"
	"os"
)

// Main runs a benchmark. If that fails it says why, and ends the process badly.
func Main(name string, run func() error) {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

// Missing says what there is not, and ends the process in the way by which
// scripts/bench leaves a table as it was.
func Missing(what string) {
	fmt.Println("NOT MEASURED:", what)
	os.Exit(3)
}

// Folder makes a temporary folder, and gives what removes it.
func Folder(name string) (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", name+"-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}
