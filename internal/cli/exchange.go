package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"
)

// BCF is a BCF file as `bcf info` tells it.
type BCF struct {
	Version string     `json:"version"`
	Topics  []BCFTopic `json:"topics"`
}

// BCFTopic is one topic of it, with how many comments and viewpoints it has.
type BCFTopic struct {
	GUID       string `json:"guid"`
	Title      string `json:"title"`
	Comments   int    `json:"comments"`
	Viewpoints int    `json:"viewpoints"`
}

// asIs writes JSON without escapes for HTML: it is read by programs and people.
func asIs(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func bcfInfo(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("bcf info", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "")
	pos, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	file, notes, err := p.BCFInfo(ctx, pos[0])
	if err != nil {
		return err
	}
	say(s.Err, notes)
	if *asJSON {
		return asIs(s.Out, file)
	}
	if _, err := fmt.Fprintf(s.Out, "BCF %s, %d topics\n", file.Version, len(file.Topics)); err != nil {
		return err
	}
	for _, t := range file.Topics {
		if _, err := fmt.Fprintf(s.Out, "%s %s (%d comments, %d viewpoints)\n", t.GUID, oneLine(t.Title), t.Comments, t.Viewpoints); err != nil {
			return err
		}
	}
	return nil
}

func bcfConvert(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("bcf convert", flag.ContinueOnError)
	version := f.String("version", "", "")
	pos, err := parse(f, args, 2)
	if err != nil {
		return err
	}
	if *version != "2.1" && *version != "3.0" {
		return usage{"--version is 2.1 or 3.0"}
	}
	notes, err := p.BCFConvert(ctx, pos[0], pos[1], *version)
	if err != nil {
		return err
	}
	say(s.Err, notes)
	return nil
}

// IFC is the spatial structure of a model as `ifc locations` tells it.
type IFC struct {
	Schema    string         `json:"schema"`
	Project   IFCPart        `json:"project"`
	Counts    map[string]int `json:"counts"` // by type
	Locations []IFCLocation  `json:"locations"`
}

// IFCPart is what every part says of itself.
type IFCPart struct {
	GUID     string `json:"guid"`
	Name     string `json:"name"`
	LongName string `json:"long_name,omitempty"`
}

// IFCLocation is a place with the places in it.
type IFCLocation struct {
	Type string `json:"type"`
	IFCPart

	Elevation *float64      `json:"elevation,omitempty"`
	Children  []IFCLocation `json:"children"`
}

func ifcLocations(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("ifc locations", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "")
	pos, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	model, notes, err := p.IFCLocations(ctx, pos[0])
	if err != nil {
		return err
	}
	say(s.Err, notes)
	if *asJSON {
		return asIs(s.Out, model)
	}
	if _, err := fmt.Fprintf(s.Out, "%s, project %s\n", model.Schema, oneLine(model.Project.Name)); err != nil {
		return err
	}
	return printTree(s.Out, model.Locations, "  ")
}

func printTree(w io.Writer, places []IFCLocation, indent string) error {
	for _, l := range places {
		if _, err := fmt.Fprintf(w, "%s%s %s %s\n", indent, l.Type, l.GUID, oneLine(l.Name+" "+l.LongName)); err != nil {
			return err
		}
		if err := printTree(w, l.Children, indent+"  "); err != nil {
			return err
		}
	}
	return nil
}

// say writes what a command found on the way, a line each.
func say(w io.Writer, notes []string) {
	for _, n := range notes {
		_, _ = fmt.Fprintln(w, oneLine(n))
	}
}

func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' ' // a terminal obeys what a file says
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
