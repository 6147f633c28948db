package tools

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"plumbline/internal/bcf"
	"plumbline/internal/bcf/bcfwrite"
	"plumbline/internal/cli"
	"plumbline/internal/fault"
	"plumbline/internal/ifc"
)

const largestBCF = 1 << 30

// open opens a file that is one, and tells its size.
func open(name string) (*os.File, int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fault.New(fault.Unreadable, "not-a-file", "this is no file")
	}
	if err != nil {
		_ = f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// openBCF reads a BCF file; it stays open for its contents until closed.
func openBCF(name string) (*bcf.File, *os.File, error) {
	f, size, err := open(name)
	if err != nil {
		return nil, nil, err
	}
	if size > largestBCF {
		_ = f.Close()
		return nil, nil, fault.New(fault.TooLarge, "archive-too-large", "the file is too large")
	}
	file, err := bcf.Read(f, size)
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return file, f, nil
}

// BCFInfo lists the topics of a BCF file.
func (Tools) BCFInfo(_ context.Context, name string) (cli.BCF, []string, error) {
	file, f, err := openBCF(name)
	if err != nil {
		return cli.BCF{}, nil, err
	}
	defer func() { _ = f.Close() }()
	out := cli.BCF{Version: file.Version, Topics: []cli.BCFTopic{}}
	for _, t := range file.Topics {
		out.Topics = append(out.Topics, cli.BCFTopic{GUID: t.GUID, Title: t.Title, Comments: len(t.Comments), Viewpoints: len(t.Viewpoints)})
	}
	return out, lines(file.Notes), nil
}

// BCFConvert writes a BCF file in another version.
func (Tools) BCFConvert(_ context.Context, in, out, version string) ([]string, error) {
	file, f, err := openBCF(in)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	to, err := os.CreateTemp(filepath.Dir(out), ".plumbline-*")
	if err != nil {
		return nil, err
	}
	notes, err := bcfwrite.Write(to, file, version)
	if e := to.Chmod(0o644); err == nil {
		err = e
	}
	if e := to.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(to.Name(), out)
	}
	if err != nil {
		_ = os.Remove(to.Name())
		return nil, err
	}
	return append(lines(file.Notes), lines(notes)...), nil
}

// lines says each thing once, with how often and of which topic first.
func lines(notes []bcf.Note) []string {
	type said struct {
		first string
		times int
	}
	var order []string
	all := map[string]*said{}
	for _, n := range notes {
		if all[n.Text] == nil {
			all[n.Text] = &said{first: n.Topic}
			order = append(order, n.Text)
		}
		all[n.Text].times++
	}
	out := make([]string, 0, len(order))
	for _, text := range order {
		line := text
		if s := all[text]; s.times > 1 && s.first != "" {
			line += fmt.Sprintf(" (%d times, first in topic %s)", s.times, s.first)
		} else if s.times > 1 {
			line += fmt.Sprintf(" (%d times)", s.times)
		} else if s.first != "" {
			line += " (topic " + s.first + ")"
		}
		out = append(out, line)
	}
	return out
}

// IFCLocations reads the spatial structure of a model.
func (Tools) IFCLocations(ctx context.Context, name string) (cli.IFC, []string, error) {
	f, size, err := open(name)
	if err != nil {
		return cli.IFC{}, nil, err
	}
	defer func() { _ = f.Close() }()
	m, err := ifc.Read(ctx, f, size)
	if err != nil {
		return cli.IFC{}, nil, err
	}
	return cli.IFC{Schema: m.Schema, Project: part(m.Project), Counts: m.Counts, Locations: places(m.Locations)}, m.Notes, nil
}

func part(e ifc.Element) cli.IFCPart {
	return cli.IFCPart{GUID: e.GUID, Name: e.Name, LongName: e.LongName}
}

func places(of []*ifc.Location) []cli.IFCLocation {
	out := make([]cli.IFCLocation, len(of))
	for i, l := range of {
		out[i] = cli.IFCLocation{Type: l.Kind, IFCPart: part(l.Element), Elevation: l.Elevation, Children: places(l.Children)}
	}
	return out
}
