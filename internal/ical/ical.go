// Package ical writes calendars (RFC 5545) of what lasts whole days.
package ical

import (
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Event is what is on from one civil day to another, both included. It takes
// nobody's time.
type Event struct {
	UID                            string // unique and lasting, without the domain
	Summary, Location, Description string
	Categories                     []string
	First, Last                    time.Time
}

// Write writes a calendar of that name, made at that instant.
func Write(w io.Writer, name string, made time.Time, events []Event) error {
	cal := ics.NewCalendarFor("Plumbline")
	cal.SetMethod(ics.MethodPublish)
	cal.SetName(OneLine(name))
	for i := range events {
		x := &events[i]
		e := cal.AddEvent(OneLine(x.UID) + "@plumbline")
		e.SetDtStampTime(made)
		e.SetAllDayStartAt(x.First)
		e.SetAllDayEndAt(x.Last.AddDate(0, 0, 1))
		e.SetSummary(OneLine(x.Summary))
		e.SetTimeTransparency(ics.TransparencyTransparent)
		if x.Location != "" {
			e.SetLocation(OneLine(x.Location))
		}
		if x.Description != "" {
			e.SetDescription(OneLine(x.Description))
		}
		for _, c := range x.Categories {
			if c = OneLine(c); c != "" {
				e.AddCategory(c)
			}
		}
	}
	return cal.SerializeTo(w, ics.WithNewLineWindows)
}

// OneLine is a text without line breaks and control characters, which a calendar
// would read as lines of its own.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
