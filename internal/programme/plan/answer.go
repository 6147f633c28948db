package plan

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/workcal"
)

// Row is an activity as `programme compute` tells it. Times are strings, or
// periods where the problem counts those.
type Row struct {
	ID          string `json:"id"`
	Code        string `json:"code,omitempty"`
	Name        string `json:"name"`
	EarlyStart  any    `json:"early_start"`
	EarlyFinish any    `json:"early_finish"`
	LateStart   any    `json:"late_start"`
	LateFinish  any    `json:"late_finish"`
	Start       any    `json:"start"`
	Finish      any    `json:"finish"`
	TotalFloat  any    `json:"total_float"`
	FreeFloat   any    `json:"free_float"`
	Critical    bool   `json:"critical"`
}

// Length is the network's length: working time of the project from the first
// early start to the last early finish, in minutes, or periods.
func (c *Computed) Length() any {
	if c.Document.Format == PSPLIB {
		return int(c.End())
	}
	cal := c.Network.Calendars[c.Network.Options.Calendar]
	return minutes(cal.Between(c.Begin(), c.End()))
}

func minutes(ticks int64) any {
	if ticks%workcal.Minute == 0 {
		return ticks / workcal.Minute
	}
	return float64(ticks) / workcal.Minute
}

// Row tells activity i; false where the source has none, or it takes no part.
func (c *Computed) Row(i int) (Row, bool) {
	a := &c.Document.Activities[i]
	if a.Group || a.Null {
		return Row{}, false
	}
	d := c.Dates(i)
	if !d.Scheduled {
		return Row{}, false
	}
	r := Row{ID: a.ID, Code: a.Code, Name: a.Name, Critical: d.Critical}
	at := func(t workcal.Time) any { return t.String() }
	amount := func(w int32) any { return minutes(int64(w)) }
	if c.Document.Format == PSPLIB {
		at = func(t workcal.Time) any { return int(t) }
		amount = func(w int32) any { return int(w) }
	}
	r.EarlyStart, r.EarlyFinish, r.LateStart, r.LateFinish = at(d.EarlyStart), at(d.EarlyFinish), at(d.LateStart), at(d.LateFinish)
	r.Start, r.Finish, r.TotalFloat, r.FreeFloat = at(d.Start), at(d.Finish), amount(d.TotalFloat), amount(d.FreeFloat)
	return r, true
}

// WriteJSON writes the answer, activity by activity.
func (c *Computed) WriteJSON(w io.Writer) error {
	b := bufio.NewWriterSize(w, 64<<10)
	length, err := json.Marshal(c.Length())
	if err != nil {
		return err
	}
	ignored, err := json.Marshal(append([]string{}, c.Document.Ignored...))
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(b, "{\"length\":%s,\"not_honoured\":%s,\"activities\":[", length, ignored)
	sep := "\n"
	for i := range c.Document.Activities {
		r, ok := c.Row(i)
		if !ok {
			continue
		}
		j, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, _ = b.WriteString(sep)
		_, _ = b.Write(j)
		sep = ",\n"
	}
	_, _ = b.WriteString("\n]}\n")
	return b.Flush()
}

// Explain turns what the engine refuses into a fault that says where, by the
// source's own IDs.
func Explain(d *Document, err error) error {
	name := func(i int) string {
		if i < 0 || i >= len(d.Activities) {
			return "?"
		}
		if c := d.Activities[i].Code; c != "" {
			return c
		}
		return d.Activities[i].ID
	}
	if loop, ok := errors.AsType[*cpm.LoopError](err); ok {
		var parts []string
		for _, l := range loop.Loops {
			var ids []string
			for _, i := range l[:min(len(l), 50)] {
				ids = append(ids, name(i))
			}
			if len(l) > 50 {
				ids = append(ids, fmt.Sprintf("and %d more", len(l)-50))
			}
			parts = append(parts, strings.Join(ids, ", "))
		}
		return fault.New(fault.Invalid, "programme-loop", "relations run in a circle, so no dates can be computed; the activities of each circle: "+strings.Join(parts, "; ")).Because(err)
	}
	if r, ok := errors.AsType[*cpm.RangeError](err); ok {
		return fault.New(fault.Invalid, "programme-out-of-range", "activity "+name(r.Activity)+" would lie outside the years 1900 to 2132, or never end: its calendar, duration or constraint cannot be right").Because(err)
	}
	if in, ok := errors.AsType[*cpm.InputError](err); ok {
		what := in.What
		if in.Activity >= 0 {
			what += ": " + name(in.Activity)
		}
		return fault.New(fault.Invalid, "programme-network", what).Because(err)
	}
	return err
}
