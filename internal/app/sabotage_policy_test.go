//go:build sabotage

package app

func sabotagePolicy() []switchedOff {
	return []switchedOff{{"POL-1", "POL-1"}, {"POL-2", "POL-2"}, {"POL-3", "POL-3"}, {"CTC-1", "CTC-1"}, {"AUT-1", "AUT-1"}, {"EVID", "CON-2"}}
}
