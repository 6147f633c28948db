package topo

import "math/bits"

// Queue holds ranks to visit, each once, the first or the last before others. It
// is a bit a rank, so that a visit costs no memory and waiting ranks are found
// 64 at a time.
type Queue struct {
	bits []uint64
	at   int // the word in which the next may be
	left int
	back bool
}

// NewQueue is an empty queue of ranks below count, which runs forwards or back.
func NewQueue(count int, back bool) *Queue {
	q := &Queue{bits: make([]uint64, (count+63)/64), back: back}
	if !back {
		q.at = len(q.bits)
	}
	return q
}

// Fit makes room in an empty queue for ranks below count.
func (q *Queue) Fit(count int) {
	if 64*len(q.bits) < count {
		q.bits = make([]uint64, count/64+16)
		if !q.back {
			q.at = len(q.bits)
		}
	}
}

// Clear empties the queue.
func (q *Queue) Clear() {
	clear(q.bits)
	q.left = 0
}

// Len is how many wait.
func (q *Queue) Len() int { return q.left }

// Add puts a rank in, if it is not.
func (q *Queue) Add(rank int32) {
	w, b := int(rank>>6), uint64(1)<<(rank&63)
	if q.bits[w]&b != 0 {
		return
	}
	q.bits[w] |= b
	q.left++
	if q.back {
		q.at = max(q.at, w)
	} else {
		q.at = min(q.at, w)
	}
}

// Take takes the first out, or of a queue that runs back the last. There must be one.
func (q *Queue) Take() int32 {
	for q.bits[q.at] == 0 {
		if q.back {
			q.at--
		} else {
			q.at++
		}
	}
	word := q.bits[q.at]
	b := bits.TrailingZeros64(word)
	if q.back {
		b = 63 - bits.LeadingZeros64(word)
	}
	q.bits[q.at] &^= 1 << b
	q.left--
	return int32(q.at<<6 + b)
}
