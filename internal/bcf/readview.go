package bcf

import (
	"errors"
	"path"
	"strings"

	"plumbline/internal/fault"
	"plumbline/internal/unpack"
)

func isTooLarge(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.TooLarge
}

// view reads what a viewpoint shows.
func (r *reader) view(t *Topic, n *unpack.Node) *View {
	v := &View{}
	if guid, ok := cleanGUID(n.Attr("Guid")); ok {
		v.GUID = guid
	}
	v.Components = components(n.Get("Components"))
	v.Orthogonal = r.camera(t, n.Get("OrthogonalCamera"), "ViewToWorldScale")
	v.Perspective = r.camera(t, n.Get("PerspectiveCamera"), "FieldOfView")
	for _, l := range n.Get("Lines").All("Line") {
		from, ok := vector(l.Get("StartPoint"))
		to, ok2 := vector(l.Get("EndPoint"))
		if ok && ok2 {
			v.Lines = append(v.Lines, Line{from, to})
		} else {
			r.notef(t.GUID, "a line that cannot be read was left out")
		}
	}
	for _, l := range n.Get("ClippingPlanes").All("ClippingPlane") {
		at, ok := vector(l.Get("Location"))
		direction, ok2 := vector(l.Get("Direction"))
		if ok && ok2 {
			v.Planes = append(v.Planes, Plane{at, direction})
		} else {
			r.notef(t.GUID, "a clipping plane that cannot be read was left out")
		}
	}
	for _, l := range n.Within("Bitmaps", "Bitmap") {
		r.bitmap(t, v, l)
	}
	for _, l := range n.All("Bitmaps") { // as version 2.0 has it
		if l.Get("Reference") != nil {
			r.bitmap(t, v, l)
		}
	}
	return v
}

func (r *reader) bitmap(t *Topic, v *View, n *unpack.Node) {
	format := strings.ToLower(n.Word("Format") + n.Word("Bitmap"))
	name, found := r.beside(t, n.Word("Reference"))
	b := Bitmap{Reference: name, Format: format}
	var ok [4]bool
	b.At, ok[0] = vector(n.Get("Location"))
	b.Normal, ok[1] = vector(n.Get("Normal"))
	b.Up, ok[2] = vector(n.Get("Up"))
	b.Height, ok[3] = parseDouble(n.Word("Height"))
	if format == "jpeg" || format != "png" && format != "jpg" && strings.HasPrefix(strings.ToLower(path.Ext(name)), ".jp") {
		b.Format = "jpg"
	} else if format != "jpg" {
		b.Format = "png"
	}
	if !found || ok != [4]bool{true, true, true, true} {
		r.notef(t.GUID, "a bitmap without a picture or a place was left out")
		return
	}
	v.Bitmaps = append(v.Bitmaps, b)
}

func vector(n *unpack.Node) (Vector, bool) {
	x, ok := parseDouble(n.Word("X"))
	y, ok2 := parseDouble(n.Word("Y"))
	z, ok3 := parseDouble(n.Word("Z"))
	return Vector{x, y, z}, ok && ok2 && ok3
}

func (r *reader) camera(t *Topic, n *unpack.Node, extent string) *Camera {
	if n == nil {
		return nil
	}
	var c Camera
	var ok [4]bool
	c.At, ok[0] = vector(n.Get("CameraViewPoint"))
	c.Direction, ok[1] = vector(n.Get("CameraDirection"))
	c.Up, ok[2] = vector(n.Get("CameraUpVector"))
	c.Extent, ok[3] = parseDouble(n.Word(extent))
	if ok != [4]bool{true, true, true, true} {
		r.notef(t.GUID, "a camera that cannot be read was left out")
		return nil
	}
	if a, ok := parseDouble(n.Word("AspectRatio")); ok && a > 0 {
		c.Aspect = a
	}
	return &c
}

func component(n *unpack.Node) Component {
	return Component{IFC: n.Attr("IfcGuid"), System: n.Word("OriginatingSystem"), Tool: n.Word("AuthoringToolId")}
}

func componentsOf(n *unpack.Node) []Component {
	var out []Component
	for _, c := range n.All("Component") {
		out = append(out, component(c))
	}
	return out
}

// components reads the parts, as one list with marks (version 2.0) or as three.
func components(n *unpack.Node) *Components {
	if n == nil {
		return nil
	}
	c := &Components{Selection: componentsOf(n.Get("Selection"))}
	hints := n.Get("ViewSetupHints")
	if v := n.Get("Visibility"); v != nil {
		c.Visibility = &Visibility{Default: v.Flag("DefaultVisibility"), Exceptions: componentsOf(v.Get("Exceptions"))}
		if h := v.Get("ViewSetupHints"); h != nil {
			hints = h
		}
	}
	if hints != nil {
		c.Hints = &Hints{hints.Flag("SpacesVisible"), hints.Flag("SpaceBoundariesVisible"), hints.Flag("OpeningsVisible")}
	}
	for _, k := range n.Get("Coloring").All("Color") {
		parts := append(componentsOf(k), componentsOf(k.Get("Components"))...)
		c.Colors = append(c.Colors, Color{Color: k.Attr("Color"), Components: parts})
	}
	if marked := n.All("Component"); len(marked) > 0 {
		c.marked(marked)
	}
	return c
}

// marked sorts out version 2.0's list. By its implementation agreement, where any
// component is said to be visible all others are not; else those said to be
// invisible are hidden, and all others seen.
func (c *Components) marked(list []*unpack.Node) {
	var seen, hidden []Component
	at := map[string]int{}
	for _, n := range list {
		p := component(n)
		if on := n.Flag("Selected"); on != nil && *on {
			c.Selection = append(c.Selection, p)
		}
		if on := n.Flag("Visible"); on != nil && *on {
			seen = append(seen, p)
		} else if on != nil {
			hidden = append(hidden, p)
		}
		if color := n.Attr("Color"); color != "" {
			i, known := at[color]
			if !known {
				i = len(c.Colors)
				at[color] = i
				c.Colors = append(c.Colors, Color{Color: color})
			}
			c.Colors[i].Components = append(c.Colors[i].Components, p)
		}
	}
	switch {
	case c.Visibility != nil:
	case len(seen) > 0:
		c.Visibility = &Visibility{Default: new(false), Exceptions: seen}
	default:
		c.Visibility = &Visibility{Default: new(true), Exceptions: hidden}
	}
}
