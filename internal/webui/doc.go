// Package webui serves the web app: the files that the web build left in dist,
// embedded in the program.
//
// What is promised:
//
//   - Every path that is not a file is the app's page, so that a link into the
//     app opens; but a missing file below /assets/, or one that has the name of
//     a file, is 404: a page in the place of a script would be cached as one.
//   - The page carries a fresh nonce in each answer, and the same nonce stands in
//     its Content-Security-Policy. Scripts come from this server only, none
//     inline; style elements need the nonce; nothing is loaded from anywhere else.
//   - Files below /assets/ have their hash in their name and are immutable. The
//     page, the service worker and the rest are asked for again each time
//     (no-cache with an ETag; the page has none, since no two are the same).
//   - Scripts and styles go compressed to whoever takes it: by Brotli, made at the
//     build, or by gzip. What else the build leaves for itself is not served.
//   - Only GET and HEAD are answered.
//
// The program compiles without a web build; Built tells, and the handler then
// says in plain words how to make one.
package webui
