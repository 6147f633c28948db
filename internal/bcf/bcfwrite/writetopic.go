package bcfwrite

import (
	"cmp"
	"path"
	"strings"

	"plumbline/internal/bcf"
)

const unknown = "Unknown"

// beginning is written where nobody knows when: the version demands a date.
const beginning = "1970-01-01T00:00:00Z"

func (w *writer) writeTopic(t *bcf.Topic) error {
	guid := w.guid(t.GUID)
	if !bcf.IsGUID(guid) {
		guid = bcf.DeriveGUID("topic", t.GUID, t.Title)
	}
	for n := 'a'; w.guids[strings.ToLower(guid)]; n++ {
		guid = bcf.DeriveGUID("topic again", guid, string(n))
		w.note(t.GUID, "two topics have one GUID; the second got another")
	}
	w.guids[strings.ToLower(guid)] = true
	folder := guid + "/"
	w.names[strings.ToLower(folder+"markup.bcf")] = true

	// Names first, so that what refers to files says what they are called now.
	files := map[string]string{}
	for _, c := range t.Files {
		name := w.free(folder, c.Name)
		files[c.Name] = name
		if err := w.copy(folder+name, c); err != nil {
			return err
		}
	}
	views := make([]string, len(t.Viewpoints))
	for i := range t.Viewpoints {
		v := &t.Viewpoints[i]
		if v.View == nil {
			continue
		}
		name := v.Name
		if strings.TrimSpace(name) == "" {
			name = "viewpoint-" + w.guid(v.GUID) + ".bcfv"
		}
		views[i] = w.free(folder, path.Base(name))
		if err := w.xml(folder+views[i], w.view(t, v, files)); err != nil {
			return err
		}
	}

	o := newOut()
	o.begin("Markup")
	w.writeHeader(o, t)
	kind, status := t.Type, t.Status
	if w.three {
		kind = w.need(t.GUID, kind, unknown, "the type of a topic")
		status = w.need(t.GUID, status, unknown, "the status of a topic")
		o.begin("Topic", "Guid", guid, "ServerAssignedId", t.ServerID, "TopicType", kind, "TopicStatus", status)
	} else {
		if t.ServerID != "" {
			w.note(t.GUID, "the number a server gave a topic is not kept in version 2.1")
		}
		o.begin("Topic", "Guid", guid, "TopicType", kind, "TopicStatus", status)
	}
	w.many(o, "ReferenceLinks", "ReferenceLink", t.Links)
	o.text("Title", w.need(t.GUID, t.Title, "(no title)", "the title of a topic"))
	o.opt("Priority", t.Priority)
	o.number("Index", t.Index)
	if w.three {
		w.many(o, "Labels", "Label", t.Labels)
	} else {
		w.many(o, "", "Labels", t.Labels)
	}
	o.text("CreationDate", w.need(t.GUID, cmp.Or(t.Created.Date, firstDate(t)), beginning, "the date of a topic"))
	o.text("CreationAuthor", w.need(t.GUID, t.Created.Author, unknown, "the author of a topic"))
	o.opt("ModifiedDate", t.Modified.Date)
	o.opt("ModifiedAuthor", t.Modified.Author)
	o.opt("DueDate", t.Due)
	o.opt("AssignedTo", t.AssignedTo)
	o.opt("Stage", t.Stage)
	o.opt("Description", t.Description)
	w.writeSnippet(o, t, files)
	w.writeReferences(o, t)
	w.group(o, "RelatedTopics", len(t.Related), func(i int) { o.empty("RelatedTopic", "Guid", w.guid(t.Related[i])) })
	if !w.three {
		o.end()
	}
	w.group(o, "Comments", len(t.Comments), func(i int) { w.writeComment(o, t, &t.Comments[i]) })
	element := "Viewpoints"
	if w.three {
		element = "ViewPoint"
	}
	w.group(o, "Viewpoints", len(t.Viewpoints), func(i int) {
		v := &t.Viewpoints[i]
		o.begin(element, "Guid", w.guid(v.GUID))
		o.opt("Viewpoint", views[i])
		o.opt("Snapshot", files[v.Snapshot])
		o.number("Index", v.Index)
		o.end()
	})
	if w.three {
		o.end()
	}
	o.end()
	return w.xml(folder+"markup.bcf", o)
}

// firstDate is the earliest that is known of a topic without a date of its own.
func firstDate(t *bcf.Topic) string {
	first := t.Modified.Date
	for _, c := range t.Comments {
		at, ok := bcf.Time(c.Created.Date)
		if before, known := bcf.Time(first); ok && (!known || at.Before(before)) {
			first = c.Created.Date
		}
	}
	return first
}

// group writes elements; version 3.0 has one around them.
func (w *writer) group(o *out, around string, n int, each func(i int)) {
	if n == 0 {
		return
	}
	if w.three && around != "" {
		o.begin(around)
		defer o.end()
	}
	for i := range n {
		each(i)
	}
}

func (w *writer) many(o *out, around, name string, values []string) {
	w.group(o, around, len(values), func(i int) { o.opt(name, values[i]) })
}

// attr is an attribute's name: what versions before 3.0 wrote small is large there.
func (w *writer) attr(small string) string {
	if w.three {
		return strings.ToUpper(small[:1]) + small[1:]
	}
	return small
}

func (w *writer) ifc(topic, s string) string {
	if s != "" && !bcf.IsIFCGUID(s) {
		w.note(topic, "an IFC GUID that is none was left out")
		return ""
	}
	return s
}

func (w *writer) writeHeader(o *out, t *bcf.Topic) {
	if len(t.Headers) == 0 {
		return
	}
	o.begin("Header")
	w.group(o, "Files", len(t.Headers), func(i int) {
		h := &t.Headers[i]
		o.begin("File", "IfcProject", w.ifc(t.GUID, h.Project), "IfcSpatialStructureElement", w.ifc(t.GUID, h.Structure),
			w.attr("isExternal"), flagText(h.External))
		o.opt("Filename", h.Filename)
		o.opt("Date", h.Date)
		o.opt("Reference", h.Reference)
		o.end()
	})
	o.end()
}

func (w *writer) writeSnippet(o *out, t *bcf.Topic, files map[string]string) {
	s := t.Snippet
	if s == nil {
		return
	}
	if strings.TrimSpace(s.Reference) == "" {
		w.note(t.GUID, "a snippet that refers to nothing was left out")
		return
	}
	ref := s.Reference
	if now := files[ref]; now != "" && !s.External {
		ref = now
	}
	external := ""
	if s.External {
		external = "true"
	}
	o.begin("BimSnippet", "SnippetType", w.need(t.GUID, s.Type, unknown, "the type of a snippet"), w.attr("isExternal"), external)
	o.text("Reference", ref)
	o.text("ReferenceSchema", w.need(t.GUID, s.Schema, unknown, "the schema of a snippet"))
	o.end()
}

func (w *writer) writeReferences(o *out, t *bcf.Topic) {
	w.group(o, "DocumentReferences", len(t.Documents), func(i int) {
		d := &t.Documents[i]
		at := ""
		if d.Document != "" {
			at = w.docs[documentGUID(d.Document)]
		}
		if d.Document != "" && at == "" {
			w.note(t.GUID, "a document that is referred to is not in the archive")
		}
		guid := d.GUID
		if !bcf.IsGUID(guid) {
			guid = bcf.DeriveGUID("reference", t.GUID, d.Document, d.URL)
		}
		if w.three {
			o.begin("DocumentReference", "Guid", w.guid(guid))
			if d.Document != "" {
				o.text("DocumentGuid", documentGUID(d.Document))
			} else {
				o.opt("Url", d.URL)
			}
		} else {
			external := ""
			if at == "" {
				external = "true"
			}
			o.begin("DocumentReference", "Guid", guid, "isExternal", external)
			if at != "" {
				o.text("ReferencedDocument", "../"+at)
			} else {
				o.opt("ReferencedDocument", d.URL)
			}
		}
		o.opt("Description", d.Description)
		o.end()
	})
}

func (w *writer) writeComment(o *out, t *bcf.Topic, c *bcf.Comment) {
	guid := c.GUID
	if !bcf.IsGUID(guid) {
		guid = bcf.DeriveGUID("comment", t.GUID, c.Created.Date, c.Text)
	}
	o.begin("Comment", "Guid", w.guid(guid))
	o.text("Date", w.need(t.GUID, cmp.Or(c.Created.Date, c.Modified.Date), beginning, "the date of a comment"))
	o.text("Author", w.need(t.GUID, c.Created.Author, unknown, "the author of a comment"))
	if w.three {
		o.opt("Comment", c.Text)
	} else {
		o.text("Comment", c.Text)
	}
	if bcf.IsGUID(c.View) {
		o.empty("Viewpoint", "Guid", w.guid(c.View))
	}
	o.opt("ModifiedDate", c.Modified.Date)
	o.opt("ModifiedAuthor", c.Modified.Author)
	o.end()
}
