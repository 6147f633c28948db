//go:build sabotage

package app

func sabotageRegister() []switchedOff {
	return []switchedOff{
		{"DATA-1", "DATA-1"}, {"ROLE-1", "ROLE-1"}, {"ROLE-2", "ROLE-2"},
		{"INF-1", "INF-1"}, {"SHR-1", "SHR-1"}, {"SHR-2", "SHR-2"}, {"SHR-3", "SHR-3"},
	}
}
