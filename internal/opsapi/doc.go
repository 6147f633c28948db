// Package opsapi is what whoever runs the server looks at: whether it lives,
// whether it is ready, what it is, and in development the mail that was
// captured instead of sent.
//
// /healthz answers 200 as long as the process answers at all. /readyz answers
// 200 when every check passes and 503 otherwise, naming the checks and nothing
// of why: the reason is in the log. Checks run at most once in two seconds,
// however often it is asked.
//
// The pages at /dev/mail show addresses and links with secrets. They exist only
// when a capture is given, which a server with real people must not do.
package opsapi
