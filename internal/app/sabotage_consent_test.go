//go:build sabotage

package app

func sabotageConsent() []switchedOff {
	return []switchedOff{{"USE-9", "USE-9"}, {"USE-5", "USE-5"}, {"OBJ-1", "OBJ-1"}, {"CON-1", "CON-1"}, {"CON-2", "CON-2"}, {"RES-1", "RES-1"}, {"CHI-1", "CHI-1"},
		{"P-1", "P-1"}, {"SRC-2", "SRC-2"}}
}
