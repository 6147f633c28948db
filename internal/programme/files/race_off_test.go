//go:build !race

package files_test

const million = 1_000_000
