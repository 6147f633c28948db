package bcfwrite

import (
	"archive/zip"
	"cmp"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"plumbline/internal/bcf"
	"plumbline/internal/fault"
	"plumbline/internal/unpack"
)

// Write writes the archive in a version, and says what of it that version cannot
// hold, or demands and was not there.
func Write(w io.Writer, f *bcf.File, version string) ([]bcf.Note, error) {
	if version != bcf.V21 && version != bcf.V30 {
		return nil, fault.New(fault.Unsupported, "bcf-version", "BCF is written in version 2.1 and 3.0")
	}
	wr := &writer{file: f, zip: zip.NewWriter(w), three: version == bcf.V30, names: map[string]bool{}, guids: map[string]bool{}}
	if err := wr.write(version); err != nil {
		return nil, err
	}
	return wr.notes, wr.zip.Close()
}

type writer struct {
	file  *bcf.File
	zip   *zip.Writer
	three bool // version 3.0
	names map[string]bool
	guids map[string]bool
	docs  map[string]string // of version 2.1: where a document lies in the root
	notes []bcf.Note
}

func (w *writer) note(topic, text string) {
	if len(w.notes) < 10_000 {
		w.notes = append(w.notes, bcf.Note{Topic: topic, Text: text})
	}
}

func (w *writer) write(version string) error {
	o := newOut()
	if w.three {
		o.empty("Version", "VersionId", version)
	} else {
		o.begin("Version", "VersionId", version)
		o.text("DetailedVersion", version)
		o.end()
	}
	if err := w.xml("bcf.version", o); err != nil {
		return err
	}
	if err := w.writeProject(); err != nil {
		return err
	}
	if err := w.writeDocuments(); err != nil {
		return err
	}
	for i := range w.file.Topics {
		if err := w.writeTopic(&w.file.Topics[i]); err != nil {
			return err
		}
	}
	for _, c := range w.file.Files {
		name := w.free("", c.Name)
		if name != c.Name {
			w.note("", "a file beside the topics has the name of one of the format's own, and got another")
		}
		if err := w.copy(name, c); err != nil {
			return err
		}
	}
	return nil
}

// free is a name in a folder that no file has yet, as near to what was wished as can be.
func (w *writer) free(folder, wish string) string {
	name, ok := unpack.CleanName(wish)
	if !ok {
		name = "file"
	}
	if head, rest, in := strings.Cut(name, "/"); in && folder == "" && strings.EqualFold(head, "documents") {
		name = "files/" + rest // that folder is the format's own
	}
	stem, ext := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
	for n := 2; w.names[strings.ToLower(folder+name)] || folder == "" && reserved(name); n++ {
		name = stem + "-" + strconv.Itoa(n) + ext
	}
	return name
}

// reserved are the names that mean something to a reader of either version.
func reserved(name string) bool {
	lower := strings.ToLower(name)
	return slices.Contains([]string{"bcf.version", "project.bcfp", "extensions.xml", "extensions.xsd", "documents.xml", "documents"}, lower)
}

func (w *writer) xml(name string, o *out) error {
	w.names[strings.ToLower(name)] = true
	f, err := w.zip.Create(name)
	if err != nil {
		return fault.Wrap("bcf.write", err)
	}
	_, err = f.Write(o.buf.Bytes())
	return fault.Wrap("bcf.write", err)
}

func (w *writer) copy(name string, c bcf.Content) error {
	w.names[strings.ToLower(name)] = true
	r, err := c.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	method := zip.Deflate
	switch strings.ToLower(path.Ext(c.Name)) {
	case ".png", ".jpg", ".jpeg", ".pdf", ".zip", ".ifczip":
		method = zip.Store
	}
	f, err := w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err != nil {
		return fault.Wrap("bcf.write", err)
	}
	_, err = io.Copy(f, r)
	return err
}

// guid is a GUID as the version writes it.
func (w *writer) guid(s string) string {
	if w.three {
		return strings.ToLower(s)
	}
	return s
}

// need gives a value that the version demands, and says so where there was none.
func (w *writer) need(topic, value, instead, what string) string {
	if strings.TrimSpace(value) != "" {
		return value
	}
	w.note(topic, what+" is missing, and \""+instead+"\" was written: the version demands one")
	return instead
}

func (w *writer) writeProject() error {
	p := w.file.Project
	p.ID, p.Name = strings.TrimSpace(p.ID), strings.TrimSpace(p.Name)
	x := w.extensions()
	if w.three {
		o := newOut()
		o.begin("Extensions")
		for _, l := range x.Lists() {
			o.begin(l.Plural)
			for _, v := range *l.Values {
				o.opt(l.Single, v)
			}
			o.end()
		}
		o.end()
		if err := w.xml("extensions.xml", o); err != nil {
			return err
		}
		if p == (bcf.Project{}) {
			return nil
		}
		o = newOut()
		o.begin("ProjectInfo")
		o.begin("Project", "ProjectId", cmp.Or(p.ID, bcf.DeriveGUID("project", p.Name)))
		o.opt("Name", p.Name)
		o.end()
		o.end()
		return w.xml("project.bcfp", o)
	}
	known := slices.ContainsFunc(x.Lists(), func(l bcf.List) bool { return len(*l.Values) > 0 })
	if !known && p == (bcf.Project{}) {
		return nil
	}
	o := newOut()
	o.begin("ProjectExtension")
	if p != (bcf.Project{}) {
		o.begin("Project", "ProjectId", cmp.Or(p.ID, bcf.DeriveGUID("project", p.Name)))
		o.opt("Name", p.Name)
		o.end()
	}
	if !known {
		o.empty("ExtensionSchema")
		o.end()
		return w.xml("project.bcfp", o)
	}
	o.text("ExtensionSchema", "extensions.xsd")
	o.end()
	if err := w.xml("project.bcfp", o); err != nil {
		return err
	}
	return w.xml("extensions.xsd", schemaOf(x))
}

// schemaOf writes the values as version 2.1 does: as a schema that narrows markup.xsd.
func schemaOf(x *bcf.Extensions) *out {
	o := newOut()
	o.begin("schema", "xmlns", "http://www.w3.org/2001/XMLSchema")
	o.begin("redefine", "schemaLocation", "markup.xsd")
	for _, l := range x.Lists() {
		if len(*l.Values) == 0 {
			continue
		}
		o.begin("simpleType", "name", l.Simple)
		o.begin("restriction", "base", l.Simple)
		for _, v := range *l.Values {
			o.empty("enumeration", "value", v)
		}
		o.end()
		o.end()
	}
	o.end()
	o.end()
	return o
}

// extensions are the file's values, and those that its topics use beside them:
// version 3.0 allows no other. In 2.1 an empty list leaves all open.
func (w *writer) extensions() *bcf.Extensions {
	x := w.file.Extensions
	add := func(to *[]string, used ...string) {
		if w.three || len(*to) > 0 {
			*to = append(slices.Clip(*to), used...)
		}
	}
	var missing bcf.Topic
	for _, t := range w.file.Topics {
		if w.three && t.Type == "" {
			missing.Type = unknown
		}
		if w.three && t.Status == "" {
			missing.Status = unknown
		}
		add(&x.Types, t.Type)
		add(&x.Statuses, t.Status)
		add(&x.Priorities, t.Priority)
		add(&x.Labels, t.Labels...)
		add(&x.Stages, t.Stage)
		if t.Snippet != nil {
			add(&x.SnippetTypes, t.Snippet.Type)
		}
		add(&x.Users, t.Created.Author, t.Modified.Author, t.AssignedTo)
		for _, c := range t.Comments {
			add(&x.Users, c.Created.Author, c.Modified.Author)
		}
	}
	add(&x.Types, missing.Type)
	add(&x.Statuses, missing.Status)
	for _, l := range x.Lists() {
		*l.Values = slices.DeleteFunc(bcf.Unique(slices.Clone(*l.Values)), func(s string) bool { return strings.TrimSpace(s) == "" })
	}
	return &x
}

// documentGUID is the GUID of a document as both its list and its references give it.
func documentGUID(s string) string {
	if !bcf.IsGUID(s) {
		s = bcf.DeriveGUID("document", s)
	}
	return strings.ToLower(s)
}

// writeDocuments writes the files that topics refer to: as version 3.0 keeps
// them, or in the root, where 2.1 refers to them.
func (w *writer) writeDocuments() error {
	w.docs = map[string]string{}
	o := newOut()
	o.begin("DocumentInfo")
	o.begin("Documents")
	written := 0
	for _, d := range w.file.Documents {
		guid := documentGUID(d.GUID)
		if w.docs[guid] != "" || d.Content == nil {
			continue
		}
		name := "documents/" + guid
		if !w.three {
			name = w.free("", cmp.Or(path.Base(d.Filename), d.GUID))
			if d.Description != "" {
				w.note("", "the description of a document itself is not kept in version 2.1, only that of what refers to it")
			}
		}
		if err := w.copy(name, *d.Content); err != nil {
			return err
		}
		w.docs[guid] = name
		o.begin("Document", "Guid", guid)
		o.text("Filename", cmp.Or(strings.TrimSpace(d.Filename), guid))
		o.opt("Description", d.Description)
		o.end()
		written++
	}
	o.end()
	o.end()
	if written == 0 || !w.three {
		return nil
	}
	return w.xml("documents.xml", o)
}
