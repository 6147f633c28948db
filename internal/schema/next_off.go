//go:build !nextschema

package schema

// next are migrations that no version has: none.
func next() memory { return nil }
