// Package agent shortens how a browser names itself to what its user needs to
// tell it from their others.
package agent

import "strings"

// Of is all that is kept of how a browser names itself: browser and
// system, so that a person tells their sessions apart.
func Of(ua string) string {
	pick := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(ua, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := pick("Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox", "Firefox", "FxiOS", "Firefox",
		"CriOS", "Chrome", "Chrome", "Chrome", "Safari", "Safari", "curl", "curl")
	system := pick("Android", "Android", "iPhone", "iOS", "iPad", "iOS", "Windows", "Windows", "Mac OS", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser == "" && system == "":
		return "unknown"
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + ", " + system
}
