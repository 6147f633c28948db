// Package rest is the HTTP face of Plumbline: it routes, reads and checks
// requests, knows who calls, limits how often and how much, and turns faults
// into problems. It knows no product noun; slices register operations in it.
//
// An operation is registered with Handle (typed: JSON in, JSON out, checked
// against the types) or with Raw (uploads, downloads, event streams). Each
// says who may call it, at which rate, and how large a body may be; one that
// leaves any of it out does not register. All of them stand in the OpenAPI 3.1
// document at /api/openapi.json, and Routes lists what the mux really holds,
// so that a test can prove that nothing is served beside the list.
//
// What is promised of every request:
//
//   - an error is an RFC 9457 problem with a stable code; the fields in breach
//     are named, the submitted value is never repeated, no cause leaves;
//   - text arrives byte for byte as it was sent, or is refused: bytes that are
//     not UTF-8, lone surrogates and NUL are refused, in paths and queries too;
//   - JSON properties and query parameters that are not known are refused, and
//     so are properties given twice;
//   - a nil slice in a response is sent as [];
//   - a write with a Mutation-Id header runs once: its repeat is answered from
//     memory (see package mutation);
//   - the log holds the operation, status, time and bytes; no path, no address,
//     no value.
//
// huma is used for schemas and validation and is not seen outside this package.
package rest
