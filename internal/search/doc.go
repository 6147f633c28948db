// Package search finds things of a project by their words: FTS5 on SQLite and
// tsvector on PostgreSQL behind one contract.
//
// Promises:
//   - Text is split into words, runs of letters and digits, and folded: case,
//     accents and compatibility forms do not matter (é = e, ø = o, ß = ss,
//     ﬁ = fi). This happens here, not in the engine, so both engines find the
//     same.
//   - A query finds the documents that hold all of its words, the last one as a
//     beginning of a word. Any text is a query; none is an error. One without a
//     word finds nothing.
//   - Hits come best first; what is best is the engine's. Or what is found is a
//     condition in a statement of the caller's, who says what may be seen and in
//     which order: then no hit is left out, and none is ranked.
//   - The text itself is not kept, only its words; they go with the document.
//   - A tenant's search sees the tenant's documents only.
//
// Limits: 10,000 words a document, 16 words a query, 40 characters a word; what
// is beyond is left out.
package search
