// Package topo puts the nodes of a graph behind what leads to them, names the
// loops where that cannot be, and walks in that order.
package topo

import "slices"

// Sort puts nodes behind their predecessors. Where they run in circles it gives
// the nodes of each circle instead, at most a hundred circles.
func Sort(count, edges int, ends func(i int) (from, to int32)) (order []int32, circles [][]int32) {
	first := make([]int32, count+1)
	waits := make([]int32, count)
	for i := range edges {
		from, to := ends(i)
		first[from+1]++
		waits[to]++
	}
	for v := range count {
		first[v+1] += first[v]
	}
	next := make([]int32, edges)
	fill := slices.Clone(first)
	for i := range edges {
		from, to := ends(i)
		next[fill[from]] = to
		fill[from]++
	}
	order = make([]int32, 0, count)
	for v := range count {
		if waits[v] == 0 {
			order = append(order, int32(v))
		}
	}
	for i := 0; i < len(order); i++ {
		v := order[i]
		for _, w := range next[first[v]:first[v+1]] {
			if waits[w]--; waits[w] == 0 {
				order = append(order, w)
			}
		}
	}
	if len(order) == count {
		return order, nil
	}
	return nil, loops(count, first, next, waits)
}

// loops finds the strongly connected parts among the nodes that still wait, by
// Tarjan's way without recursion.
func loops(count int, first, next, waits []int32) [][]int32 {
	const most = 100
	index, low := make([]int32, count), make([]int32, count)
	on := make([]bool, count)
	var stack, path []int32
	at := slices.Clone(first[:count])
	n := int32(0)
	var out [][]int32
	for v := range int32(count) {
		if waits[v] <= 0 || index[v] != 0 {
			continue
		}
		path = append(path[:0], v)
		for len(path) > 0 {
			u := path[len(path)-1]
			if index[u] == 0 {
				n++
				index[u], low[u] = n, n
				stack, on[u] = append(stack, u), true
			}
			if at[u] < first[u+1] {
				w := next[at[u]]
				at[u]++
				switch {
				case waits[w] <= 0:
				case index[w] == 0:
					path = append(path, w)
				case on[w]:
					low[u] = min(low[u], index[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				up := path[len(path)-1]
				low[up] = min(low[up], low[u])
			}
			if low[u] != index[u] {
				continue
			}
			var part []int32
			for {
				w := stack[len(stack)-1]
				stack, on[w] = stack[:len(stack)-1], false
				part = append(part, w)
				if w == u {
					break
				}
			}
			if len(part) > 1 || slices.Contains(next[first[u]:first[u+1]], u) {
				if out = append(out, part); len(out) == most {
					return out
				}
			}
		}
	}
	return out
}
