package bcfwrite

import (
	"encoding/hex"
	"image"
	_ "image/jpeg" // the shape of a snapshot tells that of the view
	_ "image/png"
	"strings"

	"plumbline/internal/bcf"
)

// view writes a viewpoint's file.
func (w *writer) view(t *bcf.Topic, v *bcf.Viewpoint, files map[string]string) *out {
	s := v.View
	o := newOut()
	guid := s.GUID
	if !bcf.IsGUID(guid) {
		guid = v.GUID
	}
	o.begin("VisualizationInfo", "Guid", w.guid(guid))
	w.components(o, t, s.Components)
	w.cameras(o, t, v)
	if len(s.Lines) > 0 {
		o.begin("Lines")
		for _, l := range s.Lines {
			o.begin("Line")
			o.vector("StartPoint", l.From)
			o.vector("EndPoint", l.To)
			o.end()
		}
		o.end()
	}
	if len(s.Planes) > 0 {
		o.begin("ClippingPlanes")
		for _, p := range s.Planes {
			o.begin("ClippingPlane")
			o.vector("Location", p.At)
			o.vector("Direction", p.Direction)
			o.end()
		}
		o.end()
	}
	w.group(o, "Bitmaps", len(s.Bitmaps), func(i int) {
		b := &s.Bitmaps[i]
		o.begin("Bitmap")
		format := "png"
		if strings.EqualFold(b.Format, "jpg") {
			format = "jpg"
		}
		if w.three {
			o.text("Format", format)
		} else {
			o.text("Bitmap", strings.ToUpper(format))
		}
		reference := files[b.Reference]
		if reference == "" {
			reference = b.Reference
		}
		o.text("Reference", reference)
		o.vector("Location", b.At)
		o.vector("Normal", b.Normal)
		o.vector("Up", b.Up)
		o.text("Height", double(b.Height))
		o.end()
	})
	o.end()
	return o
}

func (w *writer) cameras(o *out, t *bcf.Topic, v *bcf.Viewpoint) {
	ortho, perspective := v.View.Orthogonal, v.View.Perspective
	if w.three {
		switch {
		case ortho != nil && perspective != nil:
			w.note(t.GUID, "version 3.0 holds one camera a viewpoint: the orthogonal one was left out")
			ortho = nil
		case ortho == nil && perspective == nil:
			w.note(t.GUID, "version 3.0 demands a camera: a viewpoint without one looks down from the origin")
			ortho = &bcf.Camera{Direction: bcf.Vector{Z: -1}, Up: bcf.Vector{Y: 1}, Extent: 1}
		}
	}
	if ortho != nil {
		w.camera(o, t, v, "OrthogonalCamera", "ViewToWorldScale", *ortho)
	}
	if perspective != nil {
		c := *perspective
		low, high, said := 45.0, 60.0, "version 2.1 holds a field of view between 45 and 60 degrees"
		if w.three {
			low, high, said = 0.001, 179.999, "version 3.0 holds a field of view between 0 and 180 degrees"
		}
		if c.Extent < low || c.Extent > high {
			w.note(t.GUID, said+": one of "+double(c.Extent)+" was brought within")
			c.Extent = min(max(c.Extent, low), high)
		}
		w.camera(o, t, v, "PerspectiveCamera", "FieldOfView", c)
	}
}

func (w *writer) camera(o *out, t *bcf.Topic, v *bcf.Viewpoint, name, extent string, c bcf.Camera) {
	o.begin(name)
	o.vector("CameraViewPoint", c.At)
	o.vector("CameraDirection", c.Direction)
	o.vector("CameraUpVector", c.Up)
	o.text(extent, double(c.Extent))
	switch {
	case w.three && c.Aspect > 0:
		o.text("AspectRatio", double(c.Aspect))
	case w.three:
		o.text("AspectRatio", double(shape(t, v.Snapshot)))
	case c.Aspect > 0:
		w.note(t.GUID, "the shape of a view (its aspect ratio) is not kept in version 2.1")
	}
	o.end()
}

// shape is the width of a snapshot by its height; 1 where that cannot be told.
func shape(t *bcf.Topic, name string) float64 {
	for _, c := range t.Files {
		if c.Name != name || name == "" {
			continue
		}
		r, err := c.Open()
		if err != nil {
			return 1
		}
		defer func() { _ = r.Close() }()
		if size, _, err := image.DecodeConfig(r); err == nil && size.Width > 0 && size.Height > 0 {
			return float64(size.Width) / float64(size.Height)
		}
	}
	return 1
}

func (w *writer) components(o *out, t *bcf.Topic, c *bcf.Components) {
	if c == nil {
		return
	}
	selection := w.usable(t, c.Selection)
	var exceptions []bcf.Component
	if c.Visibility != nil {
		exceptions = w.usable(t, c.Visibility.Exceptions)
	}
	var colors []bcf.Color
	for _, k := range c.Colors {
		parts := w.usable(t, k.Components)
		color := strings.ToUpper(strings.TrimPrefix(k.Color, "#"))
		if !isColor(color) || len(parts) == 0 {
			w.note(t.GUID, "a colour that is none, or of nothing, was left out")
			continue
		}
		colors = append(colors, bcf.Color{Color: color, Components: parts})
	}
	hints := func() {
		if h := c.Hints; h != nil {
			o.empty("ViewSetupHints", "SpacesVisible", flagText(h.Spaces),
				"SpaceBoundariesVisible", flagText(h.Boundaries), "OpeningsVisible", flagText(h.Openings))
		}
	}
	o.begin("Components")
	if !w.three {
		hints()
	}
	listed(o, "Selection", selection)
	shown := "true" // without a word on it, everything is seen; 2.1 demands the word
	if c.Visibility != nil {
		shown = flagText(c.Visibility.Default)
	}
	o.begin("Visibility", "DefaultVisibility", shown)
	if w.three {
		hints()
	}
	listed(o, "Exceptions", exceptions)
	o.end()
	if len(colors) > 0 {
		o.begin("Coloring")
		for _, k := range colors {
			o.begin("Color", "Color", k.Color)
			if w.three {
				listed(o, "Components", k.Components)
			} else {
				parts(o, k.Components)
			}
			o.end()
		}
		o.end()
	}
	o.end()
}

// usable are the components that say what they are.
func (w *writer) usable(t *bcf.Topic, list []bcf.Component) []bcf.Component {
	var out []bcf.Component
	for _, c := range list {
		c.IFC = w.ifc(t.GUID, c.IFC)
		if c.IFC == "" && strings.TrimSpace(c.Tool) == "" {
			w.note(t.GUID, "a component that does not say which was left out")
			continue
		}
		out = append(out, c)
	}
	return out
}

func listed(o *out, name string, of []bcf.Component) {
	if len(of) == 0 {
		return
	}
	o.begin(name)
	parts(o, of)
	o.end()
}

func parts(o *out, of []bcf.Component) {
	for _, c := range of {
		if strings.TrimSpace(c.System) == "" && strings.TrimSpace(c.Tool) == "" {
			o.empty("Component", "IfcGuid", c.IFC)
			continue
		}
		o.begin("Component", "IfcGuid", c.IFC)
		o.opt("OriginatingSystem", c.System)
		o.opt("AuthoringToolId", c.Tool)
		o.end()
	}
}

func isColor(s string) bool {
	if len(s) != 6 && len(s) != 8 {
		return false
	}
	_, err := hex.DecodeString(s)
	return err == nil
}
