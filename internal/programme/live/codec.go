package live

import (
	"encoding/json"
	"reflect"

	"plumbline/internal/fault"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// apart are the fields of an activity that are kept beside its plan.
var apart = map[string]bool{"ID": true, "Code": true, "Name": true, "Notes": true, "Level": true, "Parent": true}

// EncodePlan writes what differs from an activity without dates, as JSON by
// the names of plan.Activity's fields: a field that is added there is kept, and
// one that is not there yet is as in an activity without dates.
func EncodePlan(a *plan.Activity) (string, error) {
	fresh := plan.NewActivity()
	v, d := reflect.ValueOf(a).Elem(), reflect.ValueOf(&fresh).Elem()
	out := map[string]any{}
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if apart[name] {
			continue
		}
		if x := v.Field(i).Interface(); !reflect.DeepEqual(x, d.Field(i).Interface()) {
			out[name] = x
		}
	}
	b, err := json.Marshal(out)
	return string(b), fault.Wrap("live.EncodePlan", err)
}

// DecodePlan reads what EncodePlan wrote.
func DecodePlan(s string) (plan.Activity, error) {
	a := plan.NewActivity()
	err := json.Unmarshal([]byte(s), &a)
	if err != nil {
		return a, fault.New(fault.Invalid, "programme-plan", "what is kept of an activity cannot be read").Because(err)
	}
	fresh := plan.NewActivity()
	a.ID, a.Code, a.Name, a.Notes, a.Level, a.Parent = "", "", "", "", 0, fresh.Parent
	return a, nil
}

// Minutes is a time as the API has it: minutes since 2000-01-01T00:00 in the
// project's zone, nil where there is none.
func Minutes(t workcal.Time) *float64 {
	if t == workcal.None || t == workcal.Never {
		return nil
	}
	m := float64(t) / workcal.Minute
	return &m
}
