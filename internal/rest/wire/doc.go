// Package wire is what stands between the socket and an operation: who is at
// the other end, where the server may listen, what is compressed, and which
// patterns a mux holds.
//
// A client's address is the socket's, or what a named proxy says; nobody else
// is believed. Plain HTTP is spoken on loopback, on a Unix socket and behind a
// named proxy, and nowhere else.
package wire
