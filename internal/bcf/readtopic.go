package bcf

import (
	"cmp"
	"errors"
	"path"
	"slices"
	"strings"

	"plumbline/internal/unpack"
)

var errNoTopic = errors.New("no topic in the markup")

func (r *reader) readTopic(dir string) error {
	e := r.byName[strings.ToLower(dir+"markup.bcf")]
	e.Used = true
	markup, err := r.XML(e)
	if err != nil {
		return err
	}
	n := markup.Get("Topic")
	if n == nil {
		return errNoTopic
	}
	folder := path.Base(strings.TrimSuffix(dir, "/"))
	guid, ok := cleanGUID(n.Attr("Guid"))
	t := Topic{
		folder: dir, GUID: guid, Type: n.Attr("TopicType"), Status: n.Attr("TopicStatus"), ServerID: n.Attr("ServerAssignedId"),
		Title: n.Word("Title"), Priority: n.Word("Priority"),
		AssignedTo: n.Word("AssignedTo"), Stage: n.Word("Stage"), Description: n.Prose("Description"),
	}
	if !ok {
		if t.GUID, ok = cleanGUID(folder); !ok {
			t.GUID = DeriveGUID("topic", dir, t.Title)
		}
		r.notef(t.GUID, "a GUID that is missing or wrong was replaced")
	}
	t.Created = r.stamp(t.GUID, n, "CreationDate", "CreationAuthor")
	t.Modified = r.stamp(t.GUID, n, "ModifiedDate", "ModifiedAuthor")
	t.Due = r.date(t.GUID, n.Word("DueDate"))
	t.Index = r.index(t.GUID, n.Word("Index"))
	for _, f := range append(markup.Get("Header").All("File"), markup.Get("Header").Get("Files").All("File")...) {
		t.Headers = append(t.Headers, HeaderFile{
			Project: f.Attr("IfcProject"), Structure: f.Attr("IfcSpatialStructureElement"), External: f.Flag("isExternal"),
			Filename: f.Word("Filename"), Date: r.date(t.GUID, f.Word("Date")), Reference: f.Word("Reference"),
		})
	}
	for _, l := range n.Within("ReferenceLinks", "ReferenceLink") {
		t.Links = appendWord(t.Links, l.Text)
	}
	for _, l := range n.All("Labels") {
		t.Labels = appendWord(t.Labels, l.Text)
		for _, k := range l.All("Label") {
			t.Labels = appendWord(t.Labels, k.Text)
		}
	}
	if s := n.Get("BimSnippet"); s != nil {
		t.Snippet = &Snippet{Type: s.Attr("SnippetType"), Reference: s.Word("Reference"), Schema: s.Word("ReferenceSchema")}
		if external := s.Flag("isExternal"); external != nil {
			t.Snippet.External = *external
		}
	}
	related := n.Within("RelatedTopics", "RelatedTopic")
	for _, l := range n.All("RelatedTopics") { // as version 2.0 has it
		if l.Attr("Guid") != "" {
			related = append(related, l)
		}
	}
	for _, l := range related {
		if guid, ok := cleanGUID(l.Attr("Guid")); ok {
			t.Related = append(t.Related, guid)
		} else {
			r.notef(t.GUID, "a related topic without a GUID was left out")
		}
	}
	r.readReferences(&t, n)
	comments := append(markup.All("Comment"), n.Within("Comments", "Comment")...)
	for i, c := range comments {
		t.Comments = append(t.Comments, r.readComment(&t, c, i))
	}
	if err := r.readViewpoints(&t, markup, n); err != nil {
		return err
	}
	r.file.Topics = append(r.file.Topics, t)
	return nil
}

func appendWord(to []string, text string) []string {
	if text = strings.TrimSpace(text); text != "" {
		to = append(to, text)
	}
	return to
}

func (r *reader) readComment(t *Topic, c *unpack.Node, i int) Comment {
	guid, ok := cleanGUID(c.Attr("Guid"))
	if !ok {
		guid = DeriveGUID("comment", t.GUID, c.Word("Date"), c.Word("Comment"), string(rune('a'+i%26)))
		r.notef(t.GUID, "a comment's GUID that is missing or wrong was replaced")
	}
	out := Comment{
		GUID: guid, Text: c.Prose("Comment"),
		Created:  r.stamp(t.GUID, c, "Date", "Author"),
		Modified: r.stamp(t.GUID, c, "ModifiedDate", "ModifiedAuthor"),
	}
	if v := c.Get("Viewpoint"); v != nil {
		if out.View, ok = cleanGUID(v.Attr("Guid")); !ok {
			out.View = ""
			r.notef(t.GUID, "a comment's reference to a viewpoint is no GUID")
		}
	}
	if c.Word("VerbalStatus") != "" || c.Word("Status") != "" {
		r.notef(t.GUID, "the status of a comment, which only version 2.0 knows, is not kept")
	}
	if c.Get("ReplyToComment") != nil {
		r.notef(t.GUID, "that a comment answers another, which only version 2.0 knows, is not kept")
	}
	return out
}

func (r *reader) stamp(topic string, n *unpack.Node, date, author string) Stamp {
	return Stamp{Date: r.date(topic, n.Word(date)), Author: n.Word(author)}
}

func (r *reader) date(topic, s string) string {
	if s == "" {
		return ""
	}
	_, text, ok := parseDate(s)
	if !ok {
		r.notef(topic, "a date that cannot be read was left out")
	}
	return text
}

func (r *reader) index(topic, s string) *int {
	n, ok := parseInt(s)
	if !ok {
		r.notef(topic, "an index that is no number was left out")
	}
	return n
}

// readReferences reads references to documents. Those of versions 2.0 and 2.1
// that point into the archive become documents of it, as in 3.0.
func (r *reader) readReferences(t *Topic, n *unpack.Node) {
	refs := n.Within("DocumentReferences", "DocumentReference")
	for _, l := range n.All("DocumentReferences") { // as version 2.0 has it
		if l.Get("ReferencedDocument") != nil {
			refs = append(refs, l)
		}
	}
	for i, l := range refs {
		ref := Reference{Description: l.Word("Description"), URL: l.Word("Url")}
		ref.GUID, _ = cleanGUID(l.Attr("Guid"))
		if !IsGUID(ref.GUID) {
			ref.GUID = DeriveGUID("reference", t.GUID, l.Word("ReferencedDocument"), ref.URL, string(rune('a'+i%26)))
		}
		if guid, ok := cleanGUID(l.Word("DocumentGuid")); ok {
			ref.Document = guid
		}
		if to := l.Word("ReferencedDocument"); to != "" {
			external := l.Flag("isExternal")
			if e := r.resolve(t, to); e != nil && (external == nil || !*external) {
				ref.Document = r.document(e)
			} else {
				ref.URL = to
				if external == nil || !*external {
					r.notef(t.GUID, "a document that is referred to is not in the archive")
				}
			}
		}
		t.Documents = append(t.Documents, ref)
	}
}

// document makes a document of a file in the archive, once.
func (r *reader) document(e *unpack.Entry) string {
	guid := DeriveGUID("document", strings.TrimPrefix(e.Name, r.root))
	if !slices.ContainsFunc(r.file.Documents, func(d Document) bool { return d.GUID == guid }) {
		name := path.Base(e.Name)
		r.file.Documents = append(r.file.Documents, Document{GUID: guid, Filename: name, Content: new(r.Content(e, name))})
	}
	return guid
}

// resolve finds the file that a reference of a topic means: beside the markup, in
// the root, or by its name alone. It never leaves the archive.
func (r *reader) resolve(t *Topic, ref string) *unpack.Entry {
	ref = strings.ReplaceAll(ref, `\`, "/")
	tries := []string{path.Join(t.folder, ref), path.Join(r.root, strings.TrimLeft(ref, "./")), t.folder + path.Base(ref)}
	for _, name := range tries {
		if e := r.byName[strings.ToLower(name)]; e != nil {
			return e
		}
	}
	return nil
}

// beside finds a file of the topic's folder and gives its name in there.
func (r *reader) beside(t *Topic, ref string) (string, bool) {
	if ref == "" {
		return "", false
	}
	e := r.resolve(t, ref)
	if e == nil {
		return "", false
	}
	if name, ok := strings.CutPrefix(e.Name, t.folder); ok {
		return name, true
	}
	if e.Used { // it lies elsewhere, and was given to somebody already
		return "", false
	}
	name := path.Base(e.Name)
	t.Files = append(t.Files, r.Content(e, name))
	return name, true
}

func (r *reader) readViewpoints(t *Topic, markup, topic *unpack.Node) error {
	var listed []*unpack.Node
	for _, l := range slices.Concat(markup.All("Viewpoints"), topic.All("Viewpoints")) {
		inner := slices.DeleteFunc(l.All("ViewPoint"), func(k *unpack.Node) bool { return k.Attr("Guid") == "" && len(k.Kids) == 0 })
		if len(inner) == 0 && (l.Attr("Guid") != "" || len(l.Kids) > 0) {
			inner = []*unpack.Node{l}
		}
		listed = append(listed, inner...)
	}
	named := map[*unpack.Entry]bool{}
	for _, l := range listed {
		v := Viewpoint{Index: r.index(t.GUID, l.Word("Index"))}
		var e *unpack.Entry
		if name := l.Word("Viewpoint"); name != "" {
			if e = r.resolve(t, name); e == nil {
				r.notef(t.GUID, "a viewpoint's file is not in the archive")
			}
			named[e] = true
		}
		var found bool
		if v.Snapshot, found = r.beside(t, l.Word("Snapshot")); !found && l.Word("Snapshot") != "" {
			r.notef(t.GUID, "a snapshot is not in the archive")
		}
		var ok bool
		if v.GUID, ok = cleanGUID(l.Attr("Guid")); !ok {
			v.GUID = DeriveGUID("viewpoint", t.GUID, l.Word("Viewpoint"), l.Word("Snapshot"))
			r.notef(t.GUID, "a viewpoint's GUID that is missing or wrong was replaced")
		}
		if err := r.readView(t, &v, e); err != nil {
			return err
		}
		t.Viewpoints = append(t.Viewpoints, v)
	}
	// Version 2.0 and those before it need not list a topic's only viewpoint.
	for _, e := range r.views[t.folder] {
		name := path.Base(e.Name)
		if named[e] {
			continue
		}
		v := Viewpoint{GUID: DeriveGUID("viewpoint", t.GUID, name)}
		if snap := "snapshot.png"; strings.EqualFold(name, "viewpoint.bcfv") && r.byName[strings.ToLower(t.folder+snap)] != nil {
			v.Snapshot = strings.TrimPrefix(r.byName[strings.ToLower(t.folder+snap)].Name, t.folder)
		}
		if err := r.readView(t, &v, e); err != nil {
			return err
		}
		if v.View != nil && IsGUID(v.View.GUID) {
			v.GUID = v.View.GUID
		}
		r.notef(t.GUID, "a viewpoint that the markup does not list was added to it")
		t.Viewpoints = append(t.Viewpoints, v)
	}
	return nil
}

// readView reads a viewpoint's file; the viewpoint stays when that cannot be read.
func (r *reader) readView(t *Topic, v *Viewpoint, e *unpack.Entry) error {
	if e == nil {
		return nil
	}
	e.Used = true
	n, err := r.XML(e)
	if isTooLarge(err) {
		return err
	}
	if err != nil {
		r.notef(t.GUID, "a viewpoint's file cannot be read, and was left out")
		return nil //nolint:nilerr // it is noted, and the rest can be read
	}
	v.Name = path.Base(e.Name)
	v.View = r.view(t, n)
	v.View.GUID = cmp.Or(v.View.GUID, v.GUID)
	return nil
}
