// Package unpack opens what others packed: ZIP archives with the XML in them,
// within limits. It expands no entity, trusts no name and no size of a directory,
// and is lenient about everything that does no harm: byte order marks, encodings,
// a stray ampersand, what a Macintosh adds.
package unpack
