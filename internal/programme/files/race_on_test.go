//go:build race

package files_test

// million is how many activities TestMillion reads: fewer under the race
// detector, which takes ten times the memory.
const million = 100_000
