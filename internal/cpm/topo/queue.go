package topo

import "container/heap"

// Queue holds positions to visit, each once, the first or the last before others.
type Queue struct {
	list []int32
	in   map[int32]bool
	back bool
}

// Len is how many wait.
func (q *Queue) Len() int { return len(q.list) }

// Less is for package heap.
func (q *Queue) Less(i, j int) bool {
	return q.list[i] < q.list[j] != q.back
}

// Swap is for package heap.
func (q *Queue) Swap(i, j int) { q.list[i], q.list[j] = q.list[j], q.list[i] }

// Push is for package heap.
func (q *Queue) Push(x any) { q.list = append(q.list, x.(int32)) }

// Pop is for package heap.
func (q *Queue) Pop() any {
	n := len(q.list) - 1
	x := q.list[n]
	q.list = q.list[:n]
	return x
}

// Add puts p in, if it is not.
func (q *Queue) Add(p int32) {
	if !q.in[p] {
		q.in[p] = true
		heap.Push(q, p)
	}
}

// Take takes the first out, or of a queue that runs back the last.
func (q *Queue) Take() int32 {
	p := heap.Pop(q).(int32)
	delete(q.in, p)
	return p
}

// NewQueue is an empty queue, which runs forwards or back.
func NewQueue(back bool) *Queue { return &Queue{in: map[int32]bool{}, back: back} }
