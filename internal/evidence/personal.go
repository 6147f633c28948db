package evidence

import (
	"slices"

	p "plumbline/internal/personal"
)

// Declarations says that nothing of the log is about a person: Append refuses
// what could be.
func Declarations() []p.Declaration {
	const (
		number = "the size of a tree of hashes"
		hash   = "salted hashes; the salt is shredded with what they commit to"
		key    = "the key of the log, and what it signed"
	)
	return slices.Concat(
		p.NotPersonal("evidence_head", number, "name"),
		p.NotPersonal("evidence_hash", hash, "hash"),
		p.NotPersonal("evidence_entry", hash, "id", "leaf"),
		p.NotPersonal("evidence_body", "codes and random ids; whose an act is stands with what it is about, and goes with it", "id", "org_id", "ref", "kind", "body", "salt"),
		p.NotPersonal("evidence_checkpoint", key, "note"),
		p.NotPersonal("evidence_key", key, "name", "public", "sealed"),
	)
}
