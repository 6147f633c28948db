package ifc

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"plumbline/internal/fault"
	"plumbline/internal/unpack"
)

// Model is the spatial structure of a model.
type Model struct {
	Schema    string
	Project   Element
	Counts    map[string]int // of each kind, whether in the tree or not
	Locations []*Location
	Notes     []string
}

// Element is what every part of the structure says of itself.
type Element struct{ GUID, Name, LongName string }

// Location is a place, and the places in it.
type Location struct {
	Element

	Kind      string // site, building, storey, space, facility, part or zone
	Elevation *float64
	Children  []*Location
}

// kinds are the entities of the spatial structure, of all versions of IFC.
func kinds() map[string]string {
	return map[string]string{
		"IFCSITE": "site", "IFCBUILDING": "building", "IFCBUILDINGSTOREY": "storey", "IFCSPACE": "space", "IFCSPATIALZONE": "zone",
		"IFCFACILITY": "facility", "IFCBRIDGE": "facility", "IFCROAD": "facility", "IFCRAILWAY": "facility", "IFCMARINEFACILITY": "facility",
		"IFCFACILITYPARTCOMMON": "part", "IFCFACILITYPART": "part", "IFCBRIDGEPART": "part", "IFCROADPART": "part", "IFCRAILWAYPART": "part", "IFCMARINEPART": "part",
	}
}

const maxDepth = 64

// Read reads a model of the given size, packed as ifcZIP or not.
func Read(ctx context.Context, r io.ReaderAt, size int64) (*Model, error) {
	in := io.Reader(io.NewSectionReader(r, 0, size))
	var magic [4]byte
	if n, _ := r.ReadAt(magic[:], 0); n == 4 && bytes.Equal(magic[:], []byte("PK\x03\x04")) {
		a, err := unpack.Open(r, size)
		if err != nil {
			return nil, err
		}
		found := false
		for i := range a.Files {
			if strings.EqualFold(path.Ext(a.Files[i].Name), ".ifc") {
				packed, err := a.Content(&a.Files[i], "").Open()
				if err != nil {
					return nil, err
				}
				defer func() { _ = packed.Close() }()
				in, found = packed, true
				break
			}
		}
		if !found {
			return nil, fault.New(fault.Unsupported, "not-ifc", "this archive holds no IFC file")
		}
	}
	return read(&stoppable{ctx, in})
}

// stoppable ends reading with its context.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

type reader struct {
	model   *Model
	kinds   map[string]string
	parts   map[uint64]*Location
	order   []uint64
	project uint64
	inside  []relation // aggregation: part of a whole
	within  []relation // containment, which some programs write instead
	refs    int
	guids   map[string]bool
}

type relation struct {
	whole uint64
	parts []uint64
}

func read(r io.Reader) (*Model, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	start, err := in.Peek(4096)
	if len(start) == 0 || !bytes.Contains(start, []byte("ISO-10303-21")) {
		if err != nil && err != io.EOF && len(start) == 0 { //nolint:errorlint // Peek gives it bare
			return nil, err
		}
		return nil, errUnreadable
	}
	rd := &reader{
		model: &Model{Counts: map[string]int{"project": 0, "site": 0, "building": 0, "storey": 0, "space": 0}},
		kinds: kinds(), parts: map[uint64]*Location{}, guids: map[string]bool{},
	}
	err = statements(in, rd.wanted, rd.statement)
	if err != nil {
		return nil, err
	}
	if rd.model.Schema == "" || !strings.HasPrefix(rd.model.Schema, "IFC") {
		return nil, fault.New(fault.Unsupported, "not-ifc", "this STEP file holds no IFC model")
	}
	rd.tree()
	return rd.model, nil
}

func (r *reader) wanted(name string) bool {
	switch name {
	case "FILE_SCHEMA", "IFCPROJECT", "IFCRELAGGREGATES", "IFCRELCONTAINEDINSPATIALSTRUCTURE":
		return true
	}
	return r.kinds[name] != ""
}

func (r *reader) statement(id uint64, name, params string) error {
	p := split(params)
	switch name {
	case "FILE_SCHEMA":
		if r.model.Schema == "" {
			r.model.Schema = strings.ToUpper(text(strings.TrimSpace(strings.Trim(strings.TrimSpace(firstOf(at(p, 0))), "() \r\n\t"))))
		}
	case "IFCPROJECT":
		r.model.Counts["project"]++
		if r.project == 0 {
			r.project = id
			r.model.Project = r.element(p, 5)
		}
	case "IFCRELAGGREGATES":
		return r.relate(&r.inside, at(p, 4), at(p, 5))
	case "IFCRELCONTAINEDINSPATIALSTRUCTURE":
		return r.relate(&r.within, at(p, 5), at(p, 4))
	default:
		kind := r.kinds[name]
		r.model.Counts[kind]++
		if len(r.order) >= MaxElements {
			return errTooLarge
		}
		if id == 0 || r.parts[id] != nil {
			r.model.note("a part without a number of its own was left out")
			return nil
		}
		l := &Location{Element: r.element(p, 7), Kind: kind}
		if name == "IFCBUILDINGSTOREY" {
			if v, err := strconv.ParseFloat(at(p, 9), 64); err == nil && v == v && v < 1e300 && v > -1e300 {
				l.Elevation = &v
			}
		}
		r.parts[id] = l
		r.order = append(r.order, id)
	}
	return nil
}

// firstOf is the first text of a list of texts.
func firstOf(list string) string {
	list = strings.TrimPrefix(strings.TrimSpace(list), "(")
	if p := split(list); len(p) > 0 {
		return p[0]
	}
	return list
}

func (r *reader) element(p []string, long int) Element {
	e := Element{GUID: text(at(p, 0)), Name: text(at(p, 2)), LongName: text(at(p, long))}
	if e.GUID != "" && r.guids[e.GUID] {
		r.model.note("a GlobalId stands for more than one part")
	}
	r.guids[e.GUID] = true
	return e
}

func (m *Model) note(text string) {
	if slices.Contains(m.Notes, text) {
		return
	}
	m.Notes = append(m.Notes, text)
}

func (r *reader) relate(to *[]relation, whole, parts string) error {
	rel := relation{reference(whole), references(parts)}
	if r.refs += len(rel.parts); r.refs > maxReferences {
		return errTooLarge
	}
	if rel.whole != 0 && len(rel.parts) > 0 {
		*to = append(*to, rel)
	}
	return nil
}

// tree hangs each part below the whole that it belongs to. A part of nothing
// stands at the top, and what goes round in a circle is cut open there.
func (r *reader) tree() {
	above := map[uint64]uint64{}
	children := map[uint64][]uint64{}
	hang := func(rels []relation) {
		for _, rel := range rels {
			for _, id := range rel.parts {
				if r.parts[id] == nil || above[id] != 0 || id == rel.whole || rel.whole != r.project && r.parts[rel.whole] == nil {
					continue
				}
				above[id] = rel.whole
				children[rel.whole] = append(children[rel.whole], id)
			}
		}
	}
	hang(r.inside)
	hang(r.within)
	placed := map[uint64]bool{}
	var place func(id uint64, depth int) *Location
	place = func(id uint64, depth int) *Location {
		placed[id] = true
		l := r.parts[id]
		for _, c := range children[id] {
			if !placed[c] && depth < maxDepth {
				l.Children = append(l.Children, place(c, depth+1))
			}
		}
		return l
	}
	top := func(id uint64) {
		if !placed[id] {
			r.model.Locations = append(r.model.Locations, place(id, 1))
		}
	}
	for _, id := range children[r.project] {
		top(id)
	}
	for _, id := range r.order {
		if above[id] == 0 && !placed[id] {
			r.model.note("a part that belongs to nothing stands at the top")
			top(id)
		}
	}
	for _, id := range r.order {
		if !placed[id] {
			r.model.note("parts that belong to each other in a circle, or too deeply, stand at the top")
			top(id)
		}
	}
}
