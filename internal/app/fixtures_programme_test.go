package app

import (
	"net/http"
	"time"

	"plumbline/internal/id"
)

// fixturesProgramme are the programme, its activities, and what the site says of
// them.
func fixturesProgramme(w *world) []fixture {
	photo := raw{"image/jpeg", picture(w.t, "jpeg")}
	return []fixture{
		{"programme-list", participant, anActivity, nil, 200, `"{programme}"`, ""},
		{"programme-put", manager, fresh("programme"), `{"name":"Main","start":13680480}`, 201, `"{programme}"`, "programme created"},
		{"programme-change", manager, aProgramme, `{"name":"Renamed","live":false}`, 200, `"live":false`, "programme changed"},
		{"programme-delete", manager, aProgramme, nil, 204, "", "programme deleted"},
		{"programme-restore", manager, aDeletedProgramme, nil, 204, "", "programme restored"},
		{"programme-schedule", inCharge, anActivity, nil, 200, `"{activity}"`, ""},
		{"programme-edit", manager, anActivity, `{"edits":[{"do":"set","activity":"{activity}","duration":960}]}`, 200, `"undo":[{"do":"set"`, "activity changed"},
		{"programme-delays", guestsJob, anActivity, nil, 200, `"kind":"edit"`, ""},
		{"programme-import", manager, anActivity, raw{"application/octet-stream", []byte(aFile)}, 200, `"added":1`, ""},
		{"programme-import-approve", manager, anImport, nil, 200, `"number":1`, "programme imported"},
		{"programme-revisions", guestsJob, aRevision, nil, 200, `"{import}"`, ""},
		{"programme-compare", guestsJob, aRevision, nil, 200, `"total":0`, ""},
		{"programme-export", guestsJob, anActivity, nil, 200, "Masonry", ""},
		{"baseline-list", guestsJob, aBaseline, nil, 200, `"{baseline}"`, ""},
		{"baseline-put", manager, anActivityAndABaseline, `{"name":"As agreed"}`, 201, `"{baseline}"`, "programme baseline"},
		{"baseline-get", guestsJob, aBaseline, nil, 200, `"{activity}"`, ""},
		{"baseline-remove", manager, aBaseline, nil, 204, "", "programme baseline"},
		{"programme-standing", guestsJob, anActivity, nil, 200, `"unit":"minutes"`, ""},
		{"programme-check", guestsJob, anActivity, nil, 200, `"number":14`, ""},
		{"look-ahead", participant, aConstraint, nil, 200, `"{constraint}"`, ""},
		{"look-ahead-measures", guestsJob, aPromise, nil, 200, `"promised":1`, ""},
		{"constraint-put", inCharge, anActivityAndAConstraint, `{"kind":"material","text":"steel","needed_by":"2026-01-09"}`, 201, `"steel"`, "activity constraint"},
		{"constraint-remove", manager, aConstraint, nil, 204, "", "activity constraint"},
		{"promise-put", inCharge, anActivityAndAWeek, `{"text":"all of it"}`, 201, `"all of it"`, "activity promised"},
		{"promise-remove", inCharge, aPromise, nil, 204, "", "activity promised"},
		{"promise-judge", inCharge, aPromise, `{"kept":false,"reason":"material"}`, 200, `"kept":false`, "activity judged"},
		{"activity-get", inCharge, anActivity, nil, 200, `"Masonry"`, ""},
		{"activity-history", inCharge, anActivity, nil, 200, `"created"`, ""},
		{"activity-report", inCharge, anActivityAndAReport, `{"kind":"progress","percent":40}`, 201, `"percent":40`, "activity reported"},
		{"activity-comment", inCharge, anActivityWithNewThing("comment"), `{"text":"{subject}"}`, 201, `"{comment}"`, "activity commented"},
		{"activity-photo", inCharge, aReportWithNewThing("photo"), photo, 201, `"width":320`, "activity photo-added"},
		{"point-activities", inCharge, aBlockingPoint, nil, 200, `"{activity}"`, ""},
		{"activity-block", contributor, anActivityAndAPoint, nil, 200, `"point_id":"{point}"`, "activity blocked"},
		{"activity-unblock", contributor, aBlockedActivity, nil, 200, `"blocks":[]`, "activity blocked"},
	}
}

func aProgramme(w *world) vars {
	return w.one("manager", "programme", "programmes", w.unique(`{"name":"Programme {n}","start":13680480}`))
}

func aDeletedProgramme(w *world) vars {
	v := aProgramme(w)
	w.act("manager", http.MethodDelete, "/api/v1/projects/{project}/programmes/{programme}", v, nil)
	return v
}

// anActivity has somebody in charge, in a programme with another of which nobody
// is.
func anActivity(w *world) vars {
	v := aProgramme(w).with(vars{"activity": string(id.New[id.Activity]()), "next": string(id.New[id.Activity]())})
	w.act("manager", http.MethodPost, "/api/v1/projects/{project}/programmes/{programme}/edits", v, w.vars.with(v).fill(`{"edits":[
		{"do":"add","activity":"{activity}","name":"Masonry","duration":480,"in_charge":[{"kind":"person","id":"{in charge}"}]},
		{"do":"add","activity":"{next}","after":"{activity}","name":"Roof","duration":480},
		{"do":"link","from":"{activity}","to":"{next}","link":"FS"}]}`))
	return v
}

// aFile has one activity of its own.
const aFile = `<Project xmlns="http://schemas.microsoft.com/project"><StartDate>2026-01-05T08:00:00</StartDate><Tasks><Task><UID>1</UID><Name>Piles</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration></Task></Tasks></Project>`

func anImport(w *world) vars {
	v := anActivity(w)
	var read struct {
		Import string `json:"import"`
	}
	w.act("manager", http.MethodPost, "/api/v1/projects/{project}/programmes/{programme}/imports", v, raw{"application/octet-stream", []byte(aFile)}).json(w.t, &read)
	return v.with(vars{"import": read.Import})
}

func aRevision(w *world) vars {
	v := anImport(w)
	w.act("manager", http.MethodPost, "/api/v1/projects/{project}/programmes/{programme}/imports/{import}/approve", v, nil)
	return v
}

func anActivityAndABaseline(w *world) vars { return anActivity(w).with(fresh("baseline")(w)) }

func aBaseline(w *world) vars {
	v := anActivityAndABaseline(w)
	w.act("manager", http.MethodPut, "/api/v1/projects/{project}/programmes/{programme}/baselines/{baseline}", v, `{"name":"As agreed"}`)
	return v
}

func anActivityAndAConstraint(w *world) vars { return anActivity(w).with(fresh("constraint")(w)) }

func aConstraint(w *world) vars {
	v := anActivityAndAConstraint(w)
	w.act("manager", http.MethodPut, "/api/v1/projects/{project}/activities/{activity}/constraints/{constraint}", v, `{"kind":"material","text":"steel"}`)
	return v
}

// anActivityAndAWeek is the present week, in which it is promised and judged.
func anActivityAndAWeek(w *world) vars {
	now := w.clock.Now()
	return anActivity(w).with(vars{"week": now.AddDate(0, 0, -(int(now.Weekday())+6)%7).Format(time.DateOnly)})
}

func aPromise(w *world) vars {
	v := anActivityAndAWeek(w)
	w.act("in charge", http.MethodPut, "/api/v1/projects/{project}/activities/{activity}/promises/{week}", v, `{"text":"all of it"}`)
	return v
}

func anActivityAndAReport(w *world) vars { return anActivity(w).with(fresh("report")(w)) }

func anActivityAndAPoint(w *world) vars { return anActivity(w).with(aPoint(w)) }

func aBlockedActivity(w *world) vars {
	v := anActivityAndAPoint(w)
	w.act("contributor", http.MethodPut, "/api/v1/projects/{project}/activities/{activity}/blocks/{point}", v, nil)
	return v
}

func anActivityWithNewThing(name string) func(*world) vars {
	return func(w *world) vars { return anActivity(w).with(fresh(name)(w)) }
}

func aReportWithNewThing(name string) func(*world) vars {
	return func(w *world) vars {
		v := anActivityAndAReport(w).with(fresh(name)(w))
		w.act("in charge", http.MethodPut, "/api/v1/projects/{project}/activities/{activity}/reports/{report}", v, `{"kind":"problem","reason":"rain"}`)
		return v
	}
}

// aBlockingPoint blocks an activity; the same people are in charge of both.
func aBlockingPoint(w *world) vars { return aBlockedActivity(w) }
