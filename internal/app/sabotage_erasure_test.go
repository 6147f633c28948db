//go:build sabotage

package app

func sabotageErasure() []switchedOff {
	return []switchedOff{
		{"ERA-1.deny", "ERA-1"}, {"ERA-1.key", "ERA-1"}, {"ERA-1.rows", "ERA-1"}, {"ERA-1.search", "ERA-1"},
		{"ERA-1.mail", "ERA-1"}, {"ERA-1.report", "ERA-1"}, {"ERA-1.blob", "ERA-1"},
	}
}
