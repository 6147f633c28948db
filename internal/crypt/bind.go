package crypt

import (
	"encoding/binary"

	"plumbline/internal/crypt/ringfile"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Owner is whom a key belongs to. ID is an identifier (for a bucket, any name
// of up to 128 of the characters A-Z a-z 0-9 . _ : / -), never personal data:
// it stands in plain text among the tombstones.
type Owner = ringfile.Owner

// Kind is what a key belongs to.
type Kind = ringfile.Kind

// Tombstone says that a key was erased: whose, which and when. It holds
// nothing else.
type Tombstone = ringfile.Tombstone

// The kinds of owner.
const (
	KindAccount = ringfile.KindAccount
	KindPerson  = ringfile.KindPerson
	KindOrg     = ringfile.KindOrg
	KindBucket  = ringfile.KindBucket
)

// AccountOwner is the owner of an account's key.
func AccountOwner(a id.Account) Owner { return Owner{Kind: KindAccount, ID: string(a)} }

// PersonOwner is the owner of a person's key.
func PersonOwner(p id.Person) Owner { return Owner{Kind: KindPerson, ID: string(p)} }

// OrgOwner is the owner of an organisation's key.
func OrgOwner(o id.Org) Owner { return Owner{Kind: KindOrg, ID: string(o)} }

// BucketOwner is the owner of a retention bucket's key.
func BucketOwner(name string) Owner { return Owner{Kind: KindBucket, ID: name} }

func checkOwners(owners []Owner) error {
	for _, o := range owners {
		if !o.Valid() {
			return fault.New(fault.Invalid, "bad-key-owner", "a key owner is not of a known kind or its id is malformed")
		}
	}
	return nil
}

// Bind says where a sealed value stands. Opening needs the same Bind as
// sealing. Org is empty for what belongs to an account; Row is the id of the
// row, or empty where a table holds one row per owner.
type Bind struct {
	Owner  Owner
	Org    id.Org
	Table  string
	Column string
	Row    string
}

// context is the associated data. Every part carries its length, so no two
// Binds encode alike.
func (b Bind) context(key ringfile.KeyID, epoch uint32) []byte {
	const label = "plumbline sealed value 1"
	out := make([]byte, 0, 160)
	for _, s := range [...]string{label, b.Owner.Kind.String(), b.Owner.ID, string(b.Org), b.Table, b.Column, b.Row, string(key[:])} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(s)))
		out = append(out, s...)
	}
	return binary.BigEndian.AppendUint32(out, epoch)
}
