//go:build sabotage

package app

func sabotageDesk() []switchedOff {
	return []switchedOff{
		{"USE-3", "USE-3"}, {"AUTHZ-1", "AUTHZ-1"}, {"AUTHZ-3", "AUTHZ-3"}, {"SEC-8", "SEC-8"},
		{"SEC-3.redirect", "SEC-3"}, {"SEC-3.hsts", "SEC-3"}, {"SEC-3.version", "SEC-3"}, {"SEC-9", "SEC-9"}, {"SEC-11.floor", "SEC-11"},
		{"REQ-1", "REQ-1"}, {"REQ-1.identity", "REQ-1"}, {"REQ-1.mail", "REQ-1"},
		{"REC-1.office", "REC-1"}, {"REQ-1.sent", "REC-1"},
	}
}
