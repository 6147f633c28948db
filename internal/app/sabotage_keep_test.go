//go:build sabotage

package app

func sabotageKeep() []switchedOff {
	return []switchedOff{{"RET-1", "RET-1"}, {"RET-2", "RET-2"}, {"RET-3", "RET-3"}, {"ERA-2", "ERA-2"}, {"ERA-2.ring", "ERA-2"}}
}
