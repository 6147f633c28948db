package bcf

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"plumbline/internal/unpack"
)

// Read reads an archive. The file must stay open while contents are read.
func Read(r io.ReaderAt, size int64) (*File, error) {
	a, err := unpack.Open(r, size)
	if err != nil {
		return nil, err
	}
	rd := reader{Archive: a, file: &File{}, byName: map[string]*unpack.Entry{}, views: map[string][]*unpack.Entry{}}
	for i := range a.Files {
		rd.byName[strings.ToLower(a.Files[i].Name)] = &a.Files[i]
	}
	for _, why := range a.Skipped {
		rd.notef("", "%s", why)
	}
	if err := rd.read(); err != nil {
		return nil, err
	}
	return rd.file, nil
}

type reader struct {
	*unpack.Archive

	file   *File
	root   string // folder that the archive was packed with, "" or ending in a slash
	byName map[string]*unpack.Entry
	views  map[string][]*unpack.Entry // files of viewpoints, by folder
}

func (r *reader) notef(topic, format string, args ...any) {
	if len(r.file.Notes) < 10_000 {
		r.file.Notes = append(r.file.Notes, Note{Topic: topic, Text: fmt.Sprintf(format, args...)})
	}
}

func (r *reader) read() error {
	recognised, err := r.readVersion()
	if err != nil {
		return err
	}
	var folders []string
	for i := range r.Files {
		dir, base := path.Split(r.Files[i].Name)
		if strings.EqualFold(base, "markup.bcf") {
			folders = append(folders, dir)
		}
		if strings.EqualFold(path.Ext(base), ".bcfv") {
			recognised = true
			r.views[dir] = append(r.views[dir], &r.Files[i])
		}
	}
	if !recognised && len(folders) == 0 && len(r.Files) > 0 {
		return unreadable("not-bcf", "this archive is no BCF file")
	}
	if err := r.readProject(); err != nil {
		return err
	}
	var broken error
	for _, dir := range folders {
		err := r.readTopic(dir)
		if isTooLarge(err) {
			return err
		}
		if err != nil {
			broken = err
			r.notef(strings.TrimSuffix(dir, "/"), "its markup.bcf cannot be read: the topic was left out")
		}
	}
	if broken != nil && len(r.file.Topics) == 0 {
		return unreadable("bcf-damaged", "no topic of this archive can be read").Because(broken)
	}
	if r.file.Version == "" && len(r.file.Topics) > 0 {
		r.notef("", "the archive does not say its version")
	}
	r.readRest()
	return nil
}

// readVersion finds bcf.version, and with it the folder that all is packed in.
func (r *reader) readVersion() (bool, error) {
	var found *unpack.Entry
	for i := range r.Files {
		e := &r.Files[i]
		if strings.EqualFold(path.Base(e.Name), "bcf.version") && (found == nil || strings.Count(e.Name, "/") < strings.Count(found.Name, "/")) {
			found = e
		}
	}
	if found == nil {
		for i := range r.Files { // the folder that topic folders lie in
			if dir, base := path.Split(r.Files[i].Name); strings.EqualFold(base, "markup.bcf") {
				if up := path.Dir(strings.TrimSuffix(dir, "/")); up != "." {
					r.root = up + "/"
				}
				break
			}
		}
		return false, nil
	}
	found.Used = true
	r.root, _ = path.Split(found.Name)
	n, err := r.XML(found)
	if isTooLarge(err) {
		return true, err
	}
	if err != nil {
		r.notef("", "bcf.version cannot be read")
		return true, nil //nolint:nilerr // it is noted, and the rest can be read
	}
	r.file.Version = cmp.Or(n.Attr("VersionId"), n.Word("DetailedVersion"))
	return true, nil
}

// find is the file of a name in the root.
func (r *reader) find(name string) *unpack.Entry { return r.byName[strings.ToLower(r.root+name)] }

// optional reads an XML file of the root that need not be there.
func (r *reader) optional(name string) (*unpack.Node, error) {
	e := r.find(name)
	if e == nil {
		return nil, nil
	}
	e.Used = true
	n, err := r.XML(e)
	if err != nil && !isTooLarge(err) {
		r.notef("", "%s cannot be read", name)
		return nil, nil
	}
	return n, err
}

func (r *reader) readProject() error {
	n, err := r.optional("project.bcfp")
	if err != nil {
		return err
	}
	if p := n.Get("Project"); p != nil {
		r.file.Project = Project{ID: p.Attr("ProjectId"), Name: p.Word("Name")}
	}
	x := &r.file.Extensions
	if n, err = r.optional("extensions.xml"); err != nil {
		return err
	}
	if n != nil {
		for _, l := range x.Lists() {
			for _, v := range n.Get(l.Plural).All(l.Single) {
				*l.Values = append(*l.Values, strings.TrimSpace(v.Text))
			}
		}
	}
	schema := "extensions.xsd"
	if n, err = r.optional(schema); err != nil {
		return err
	}
	var walk func(n *unpack.Node)
	walk = func(n *unpack.Node) {
		for _, k := range n.Kids {
			if strings.EqualFold(k.Name, "simpleType") {
				for _, l := range x.Lists() {
					if strings.EqualFold(k.Attr("name"), l.Simple) {
						for _, v := range k.Get("restriction").All("enumeration") {
							*l.Values = append(*l.Values, v.Attr("value"))
						}
					}
				}
				continue
			}
			walk(k)
		}
	}
	if n != nil {
		walk(n)
	}
	for _, l := range x.Lists() {
		*l.Values = slices.DeleteFunc(Unique(*l.Values), func(s string) bool { return s == "" })
	}
	return r.readDocuments()
}

// List is one of the extensions: as version 3.0 names it, as 2.1 does, and its values.
type List struct {
	Plural, Single, Simple string
	Values                 *[]string
}

// Lists are all extensions.
func (x *Extensions) Lists() []List {
	return []List{
		{"TopicTypes", "TopicType", "TopicType", &x.Types},
		{"TopicStatuses", "TopicStatus", "TopicStatus", &x.Statuses},
		{"Priorities", "Priority", "Priority", &x.Priorities},
		{"TopicLabels", "TopicLabel", "TopicLabel", &x.Labels},
		{"Users", "User", "UserIdType", &x.Users},
		{"SnippetTypes", "SnippetType", "SnippetType", &x.SnippetTypes},
		{"Stages", "Stage", "Stage", &x.Stages},
	}
}

// Unique are the values once each, in their order.
func Unique(values []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(values, func(v string) bool {
		known := seen[v]
		seen[v] = true
		return known
	})
}

func (r *reader) readDocuments() error {
	n, err := r.optional("documents.xml")
	if err != nil {
		return err
	}
	docs := n.All("Document")
	docs = append(docs, n.Get("Documents").All("Document")...)
	for _, d := range docs {
		guid, ok := cleanGUID(d.Attr("Guid"))
		doc := Document{GUID: guid, Filename: d.Word("Filename"), Description: d.Word("Description")}
		if !ok {
			r.notef("", "a document without a GUID was left out")
			continue
		}
		if e := r.find("documents/" + guid); e != nil {
			doc.Content = new(r.Content(e, guid))
		} else {
			r.notef("", "a document is named and not in the archive")
		}
		r.file.Documents = append(r.file.Documents, doc)
	}
	return nil
}

// readRest keeps every file that nothing has read: in its topic's folder, or
// beside the topics.
func (r *reader) readRest() {
	topics := map[string]*Topic{}
	for i := range r.file.Topics {
		topics[r.file.Topics[i].folder] = &r.file.Topics[i]
	}
	for i := range r.Files {
		e := &r.Files[i]
		if e.Used {
			continue
		}
		if strings.EqualFold(path.Ext(e.Name), ".bcfv") {
			r.notef("", "a viewpoint that belongs to no topic was left out")
			continue
		}
		if t, name := owner(topics, e.Name); t != nil {
			t.Files = append(t.Files, r.Content(e, name))
			continue
		}
		r.file.Files = append(r.file.Files, r.Content(e, strings.TrimPrefix(e.Name, r.root)))
	}
}

// owner is the topic in whose folder a file lies, and its name in there.
func owner(topics map[string]*Topic, name string) (*Topic, string) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if t := topics[dir+"/"]; t != nil {
			return t, strings.TrimPrefix(name, dir+"/")
		}
	}
	return topics[""], name
}
