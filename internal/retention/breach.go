package retention

import "time"

// The clocks of a breach of personal data (article 33).
const (
	breachHours = 72 // controller to authority
	// processorHours is our own promise; the law says without undue delay.
	processorHours = 24
)

// BreachDue is when the authority must have been told: 72 hours after the
// controller became aware, to the second. Regulation 1182/71 would begin with
// the next full hour and, by article 3(5), let the period hold two working
// days; the shorter reading is kept, weekends and holidays count.
func BreachDue(aware time.Time) time.Time { return aware.Add(breachHours * time.Hour) }

// ProcessorDue is when a processor must have told the controller.
func ProcessorDue(aware time.Time) time.Time { return aware.Add(processorHours * time.Hour) }

// Left is the time until due; negative when it is over.
func Left(due, now time.Time) time.Duration { return due.Sub(now) }
