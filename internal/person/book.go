package person

import (
	"maps"
	"slices"
	"strings"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// book is an organisation's address book, opened. It is never changed once it
// is shared: bringing it up to date makes a new one.
type book struct {
	number, epoch int64
	people        map[id.Person]*entry
	order         []*entry // by id
}

// entry is a person of the book, and how they stand. While next to nothing may
// be done with them, what they are stays sealed.
type entry struct {
	Person
	standing consent.Standing
	sealed   []byte
}

type dirtyKey struct{}

// book is the address book as the transaction sees it, or newer.
func (s *Service) book(tx *db.Tx) (*book, error) {
	org := tx.Org()
	number, epoch, err := peopleCounter(tx)
	if err != nil {
		return nil, err
	}
	if tx.Value(dirtyKey{}) != nil {
		// This transaction changed people itself and may yet fail: what it sees is
		// not for the others.
		return s.readBook(tx, nil, number, epoch)
	}
	s.mu.Lock()
	have := s.books[org]
	s.mu.Unlock()
	if have != nil && have.epoch > epoch || have != nil && have.epoch == epoch && have.number >= number {
		return have, nil
	}
	if have != nil && have.epoch != epoch {
		have = nil
	}
	b, err := s.readBook(tx, have, number, epoch)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.books[org]; now == nil || now.epoch < b.epoch || now.epoch == b.epoch && now.number < b.number {
		s.books[org] = b
	}
	return b, nil
}

// readBook reads what changed since have, or everything.
func (s *Service) readBook(tx *db.Tx, have *book, number, epoch int64) (*book, error) {
	b := &book{number: number, epoch: epoch, people: map[id.Person]*entry{}}
	after := int64(0)
	if have != nil {
		after = have.number
		maps.Copy(b.people, have.people)
	}
	rows, err := peopleSince(tx, after)
	if err != nil {
		return nil, err
	}
	var changed []id.Person // nil: all
	if have != nil {
		changed = make([]id.Person, len(rows))
		for i, r := range rows {
			changed[i] = r.ID
		}
	}
	standings, err := consent.People(tx, tx.Org(), changed)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		e := &entry{Person: r.Person, standing: standings[r.ID]}
		switch {
		case r.State == Former:
		case e.standing.Closed():
			e.sealed = r.sealed
		default:
			switch err := s.open(personBind(tx.Org(), r.ID), r.sealed, &e.Profile); {
			case fault.Is(err, fault.Gone):
				e.Person = Person{ID: r.ID, State: Former, Version: r.Version, Code: r.Code}
			case err != nil:
				return nil, err
			}
		}
		b.people[r.ID] = e
	}
	b.order = make([]*entry, 0, len(b.people))
	for _, p := range b.people {
		b.order = append(b.order, p)
	}
	slices.SortFunc(b.order, func(x, y *entry) int { return strings.Compare(string(x.ID), string(y.ID)) })
	return b, nil
}
