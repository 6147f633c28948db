// Command testsum reads `go test -json` on standard input, prints a line per
// package and the output of what failed or was skipped as a whole, and appends
// "passed failed skipped" to the file named by its argument. It fails if any
// test failed or none ran.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
	ImportPath                    string
	FailedBuild                   string
}

type key struct{ pkg, test string }

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go test -json ./... | testsum COUNTS")
		os.Exit(2)
	}
	var (
		passed, failed, skipped int
		broken                  bool
		output                  = map[key][]string{}
		reasons                 = map[string]int{}
		parents                 = map[key]bool{}
	)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 64<<20)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			fmt.Println(in.Text())
			continue
		}
		k := key{e.Package, e.Test}
		switch e.Action {
		case "build-output":
			fmt.Print(e.Output)
		case "build-fail":
			broken = true
		case "output":
			if len(output[k]) < 400 {
				output[k] = append(output[k], e.Output)
			}
		case "run":
			if i := strings.LastIndexByte(e.Test, '/'); i > 0 {
				parents[key{e.Package, e.Test[:i]}] = true
			}
		case "pass", "fail", "skip":
			if e.Test == "" {
				if e.Action != "skip" {
					fmt.Printf("%-4s %s %.1fs\n", map[string]string{"pass": "ok", "fail": "FAIL"}[e.Action], e.Package, e.Elapsed)
				}
				if e.Action == "fail" {
					broken = true
					fmt.Print(strings.Join(output[k], ""))
				}
				delete(output, k)
				continue
			}
			if e.Action == "fail" {
				fmt.Printf("--- FAIL: %s %s\n%s", e.Package, e.Test, strings.Join(output[k], ""))
			}
			if !parents[k] { // a test with subtests is counted by them
				switch e.Action {
				case "pass":
					passed++
				case "fail":
					failed++
				default:
					skipped++
					reasons[reason(output[k])]++
				}
			}
			delete(output, k)
		}
	}
	var whys []string
	for r := range reasons {
		whys = append(whys, r)
	}
	slices.Sort(whys)
	for _, r := range whys {
		fmt.Printf("skipped %d: %s\n", reasons[r], r)
	}
	if broken && failed == 0 {
		failed = 1
	}
	f, err := os.OpenFile(os.Args[1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // a file of counts, named by the script
	if err == nil {
		_, err = fmt.Fprintln(f, passed, failed, skipped)
		if e := f.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}

// reason is what the test said when it skipped.
func reason(out []string) string {
	for _, line := range out {
		line = strings.TrimSpace(line)
		if i := strings.Index(line, ".go:"); i > 0 && !strings.HasPrefix(line, "---") {
			if _, after, ok := strings.Cut(line[i+4:], ": "); ok {
				return after
			}
		}
	}
	return "no reason given"
}
