package feed

import (
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// EntriesOf gives the entries that were delivered, in the order of deliveries,
// with their fields. An entry that is not of the transaction's tenant is left out.
func EntriesOf(tx *db.Tx, deliveries []Delivery) ([]Entry, error) {
	const op = "feed.EntriesOf"
	type key struct {
		stream string
		number int64
	}
	byStream := map[string][]any{}
	for _, d := range deliveries {
		byStream[d.Stream] = append(byStream[d.Stream], d.Change)
	}
	found := map[key]Entry{}
	for stream, numbers := range byStream {
		for some := range slices.Chunk(numbers, 500) {
			own, args := tenant(tx, "", append([]any{stream}, some...))
			entries, err := db.All(tx, scanEntry, selectEntry+` where stream = $1 and number in `+db.In(len(some), 2)+own, args...)
			if err != nil {
				return nil, fault.Wrap(op, err)
			}
			for _, e := range entries {
				found[key{e.Stream, e.Number}] = e
			}
		}
	}
	out := make([]Entry, 0, len(found))
	for _, d := range deliveries {
		if e, ok := found[key{d.Stream, d.Change}]; ok {
			out = append(out, e)
		}
	}
	return out, fault.Wrap(op, withFields(tx, out))
}
