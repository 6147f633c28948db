// Package egress is the only way out of the house: whatever opens a connection
// to another machine does it here. (The database and the file places are the
// house itself.)
//
// Promises:
//   - A host that belongs to nobody in the register of processors, and is not
//     the operator's own, is refused before a name is looked up: fault Denied
//     "recipient-not-registered".
//   - A registered processor is refused as well where no agreement is in force
//     on the day ("no-agreement"), where its country needs a safeguard that it
//     lacks ("no-safeguard"), and for a field that it does not receive by the
//     register ("field-not-agreed").
//   - A loopback address is the operator's own; the name localhost only where
//     it leads to one.
//   - No proxy of the environment is followed: what is dialled is what was
//     checked. Redirects are checked like any host.
//   - A refusal names the host, never a value that was to be sent.
package egress
