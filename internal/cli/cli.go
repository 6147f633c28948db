// Package cli is Plumbline's command line: it reads arguments, calls what does
// the work, and turns the outcome into an exit code with, on failure, one clear
// line on standard error.
//
// Exit codes: 0 done; 1 failed; 2 bad input, which is a wrong argument or a
// file that is missing, unreadable, of an unknown format or over a limit.
// Standard output carries results only.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"plumbline/internal/fault"
	"plumbline/internal/prove"
)

// Version is set when the program is linked.
var Version = "dev"

// The exit codes.
const (
	Done     = 0
	Failed   = 1
	BadInput = 2
)

// Program is what the commands need from the rest of the house.
type Program interface {
	Serve(ctx context.Context, config string, out io.Writer) error
	Demo(ctx context.Context, addr, data string, seed uint64, out io.Writer) error
	Seed(ctx context.Context, config string, s Seeding, out, progress io.Writer) error
	Migrate(ctx context.Context, config string, out io.Writer) error
	Ready(ctx context.Context, config string) error
	Found(ctx context.Context, config string, f Founding, out io.Writer) error

	Backup(ctx context.Context, config, to string, out, progress io.Writer) error
	Restore(ctx context.Context, config, from string, out, progress io.Writer) error
	Sweep(ctx context.Context, config string, preview bool) ([]Swept, error)

	ConfigCheck(ctx context.Context, config string) ([]Finding, error)
	Doctor(ctx context.Context, config string) ([]Finding, error)

	Prove(ctx context.Context, p Proving) ([]prove.Result, error)
	Register(ctx context.Context, r Registering) error
	Staff(ctx context.Context, s Staffing, out io.Writer) error
	Announce(ctx context.Context, a Announcing, out io.Writer) error

	DrawingInfo(ctx context.Context, file string) ([]DrawingPage, error)
	DrawingTile(ctx context.Context, file, out string, page int, dpi float64, progress func(done, total int)) (string, error)
	PhotoClean(ctx context.Context, in, out string) error
	PasswordCheck(candidate string) (ok bool, reason string)

	// What they found on the way comes beside the result, a line each.
	BCFInfo(ctx context.Context, file string) (BCF, []string, error)
	BCFConvert(ctx context.Context, in, out, version string) ([]string, error)
	IFCLocations(ctx context.Context, file string) (IFC, []string, error)

	// SandboxChild runs the child that untrusted files are parsed in, and
	// returns its exit code.
	SandboxChild() int
}

// Founding is the first organisation of an installation and its owner.
type Founding struct {
	Organisation, Email, Name, Locale, Password string
}

// Seeding is how large a made-up site is to be.
type Seeding struct {
	Points, Photos int
	Seed           uint64
}

// DrawingPage is a page as `drawing info` tells it: its crop box in points
// before rotation (for a picture: its upright pixels), and the rotation in
// degrees clockwise.
type DrawingPage struct {
	Width    float64 `json:"width"`
	Height   float64 `json:"height"`
	Rotation int     `json:"rotation"`
}

// Streams are the standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

type usage struct{ text string }

func (u usage) Error() string { return u.text }

type command struct {
	name, args, what string
	run              func(context.Context, Program, Streams, []string) error
}

func commands() []command {
	return []command{
		{"serve", "[--config FILE]", "serve Plumbline", serve},
		{"demo", "[--addr HOST:PORT] [--data DIR] [--seed N]", "serve a demo site from a folder, made anew where it is empty", demo},
		{"seed", "--points N [--photos M] [--seed N] [--config FILE]", "fill an empty installation with a made-up site of that size, and print who signs in", seed},
		{"migrate", "[--config FILE]", "bring the database to this version's schema", migrate},
		{"ready", "[--config FILE]", "ask the program that serves, by monitoring.listen, whether it is ready; exit code 1 where it is not", ready},
		{"config check", "[--config FILE] [--json]", "say all that is wrong with a configuration file, and what to write instead", configCheck},
		{"doctor", "[--config FILE] [--json]", "look whether an installation is well, and say what to do where it is not", doctorCommand},
		{"found", "[--config FILE] --organisation NAME --email ADDRESS [--name NAME] [--locale TAG]", "make an organisation and its owner; the password comes on standard input", found},
		{"staff add", "--email ADDRESS --role officer|support|administrator [--config FILE]", "give somebody with an account a role on the operator's staff", staffCommand("add")},
		{"staff remove", "--email ADDRESS [--config FILE]", "take somebody's role, and every support grant with it", staffCommand("remove")},
		{"staff list", "[--config FILE]", "list the operator's staff", staffCommand("list")},
		{"announce", "--link URL [--template news-product] [--config FILE]", "mail news of the product to every account that agreed to it, and to nobody else", announce},
		{"prove", "[PROMISE]... [--config FILE | --demo] [--json]", "prove the promises on an installation, or on a demo made for it", proveCommand},
		{"backup", "--to DIR [--config FILE]", "copy database and files, never the key ring, to an empty folder while Plumbline serves", backupCommand},
		{"restore", "--from DIR [--config FILE]", "fill an empty place from a backup, with the key ring that is there, and erase again whom it has forgotten", restoreCommand},
		{"register", "-o FILE [--role controller|processor] [--organisation ID] [--format json|html|xlsx|pdf|jsonld] [--locale TAG] [--config FILE]", "write a record of processing activities (GDPR art. 30)", registerCommand},
		{"report points", "--url URL --token TOKEN -o FILE [--project NAME] [--filter QUERY] [--format pdf|xlsx] [--locale TAG] [--title TEXT] [--photos=false] [--plan=false]", "have an installation make a report of points, and fetch it; the token can stand in PLUMBLINE_TOKEN", reportPoints},
		{"sweep", "[--preview] [--config FILE] [--json]", "let go of what was kept long enough, as happens every day, or only count it", sweepCommand},
		{"version", "", "print the version", version},
		{"licences", "", "print the licences of the parts that are not Plumbline's own", licences},
		{"verify-receipt", "FILE [--key KEY]", "check a receipt of a privacy act, without configuration or network", verifyReceipt},
		{"drawing info", "FILE [--json]", "print the pages of a drawing", drawingInfo},
		{"drawing tile", "FILE -o OUT [--page N] [--dpi D]", "cut a page of a drawing into a tile archive (PMTiles 3)", drawingTile},
		{"photo clean", "IN OUT", "write a photo upright, as a JPEG without metadata", photoClean},
		{"programme compute", "FILE [--json] [--rules msp|p6]", "compute the critical path of a programme (MS Project XML, XER, P6 XML, CSV, XLSX, PSPLIB)", programmeCompute},
		{"programme convert", "IN OUT", "write a programme as MS Project XML (.xml), XER (.xer), P6 XML (.pmxml), a table (.csv, .xlsx) or a calendar (.ics)", programmeConvert},
		{"programme diff", "A B [--json]", "tell what differs between two versions of a programme", programmeDiff},
		{"programme check", "FILE [--json] [--rules msp|p6]", "assess a programme by the 14 points of the DCMA", programmeCheck},
		{"bcf info", "FILE [--json]", "print the topics of a BCF file", bcfInfo},
		{"bcf convert", "IN OUT --version 2.1|3.0", "write a BCF file in another version; what that cannot hold is said on standard error", bcfConvert},
		{"ifc locations", "FILE [--json]", "print the sites, buildings, storeys and spaces of an IFC model as a tree", ifcLocations},
		{"password check", "[--json]", "judge passwords, one a line on standard input", passwordCheck},
	}
}

// Run does what args ask for and returns the exit code.
func Run(ctx context.Context, p Program, s Streams, args []string) int {
	if len(args) > 0 && args[0] == "sandbox-child" {
		return p.SandboxChild()
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		help(s.Out)
		if len(args) == 0 {
			return BadInput
		}
		return Done
	}
	for _, c := range commands() {
		words := strings.Fields(c.name)
		if len(args) < len(words) || strings.Join(args[:len(words)], " ") != c.name {
			continue
		}
		err := c.run(ctx, p, s, args[len(words):])
		if u, ok := errors.AsType[usage](err); ok {
			_, _ = fmt.Fprintf(s.Err, "plumbline %s: %s; usage: plumbline %s %s\n", c.name, u.text, c.name, c.args)
			return BadInput
		}
		return report(s.Err, c.name, err)
	}
	_, _ = fmt.Fprintf(s.Err, "plumbline: there is no command %q; `plumbline help` lists them\n", strings.Join(args[:min(2, len(args))], " "))
	return BadInput
}

func help(w io.Writer) {
	_, _ = fmt.Fprintf(w, "Plumbline %s: plans, points, photos and reports for a building site.\n\n", Version)
	for _, c := range commands() {
		_, _ = fmt.Fprintf(w, "  plumbline %s %s\n      %s\n", c.name, c.args, c.what)
	}
}

// report writes the one line that says why, and picks the exit code.
func report(w io.Writer, name string, err error) int {
	if err == nil {
		return Done
	}
	line, code := err.Error(), Failed
	var f *fault.Error
	if errors.As(err, &f) {
		line = f.Message
		switch f.Kind {
		case fault.Invalid, fault.TooLarge, fault.Unsupported, fault.Unreadable, fault.NotFound:
			code = BadInput
			line += " (" + f.Code + ")"
		case fault.Other:
			line = err.Error() // the one who typed the command may see the cause
		default:
			if f.Cause != nil {
				line += ": " + f.Cause.Error()
			}
		}
	}
	var pe *fs.PathError
	if errors.As(err, &pe) && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) && f == nil {
		code = BadInput
	}
	_, _ = fmt.Fprintf(w, "plumbline %s: %s\n", name, strings.Join(strings.Fields(line), " "))
	return code
}

// parse reads flags wherever they stand among want positional arguments.
func parse(fs *flag.FlagSet, args []string, want int) ([]string, error) {
	fs.SetOutput(io.Discard)
	var pos []string
	for {
		if err := fs.Parse(args); err != nil {
			return nil, usage{err.Error()}
		}
		args = fs.Args()
		if len(args) == 0 {
			break
		}
		pos = append(pos, args[0])
		args = args[1:]
	}
	if len(pos) != want {
		return nil, usage{fmt.Sprintf("%d arguments instead of %d", len(pos), want)}
	}
	return pos, nil
}
