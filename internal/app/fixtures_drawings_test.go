package app

import (
	"plumbline/internal/id"
)

// fixturesDrawings are what renews sheets.
func fixturesDrawings(*world) []fixture {
	return []fixture{
		{"drawing-pages", manager, aWaitingPage, nil, 200, `"sheet_id":"{sheet}"`, ""},
		{"page-thumb", manager, aWaitingPage, nil, 200, "image/jpeg", ""},
		{"drawing-place", manager, aWaitingPage, `{"pages":[{"page":1,"as":"revision","sheet_id":"{sheet}"}]}`, 200, `"job_id":"`, "drawing changed"},
		{"revision-align", manager, aRenewedSheet, `{"pairs":[{"page":{"x":10,"y":10},"frame":{"x":20,"y":20}},{"page":{"x":200,"y":100},"frame":{"x":210,"y":110}}]}`,
			200, `"alignment":"hand"`, "sheet changed"},
	}
}

// aWaitingPage is a file said to renew a sheet, of which nobody has decided yet.
func aWaitingPage(w *world) vars {
	v := w.drawing("plan")
	v["drawing"] = string(id.New[id.Drawing]())
	var up struct {
		Job string `json:"job_id"`
	}
	w.act("manager", "PUT", "/api/v1/projects/{project}/drawings/{drawing}?name=plan&sheet={sheet}", v, raw{"image/png", picture(w.t, "png")}).json(w.t, &up)
	if state := w.job(w.home, w.people["manager"], up.Job); state != "done" {
		w.t.Fatalf("the drawing's job is %s", state)
	}
	return v.with(vars{"page": "1"})
}

func aRenewedSheet(w *world) vars {
	v := aWaitingPage(w)
	var placed struct {
		Job string `json:"job_id"`
	}
	w.act("manager", "POST", "/api/v1/projects/{project}/drawings/{drawing}/place", v, w.vars.with(v).fill(`{"pages":[{"page":1,"as":"revision","sheet_id":"{sheet}"}]}`)).json(w.t, &placed)
	if state := w.job(w.home, w.people["manager"], placed.Job); state != "done" {
		w.t.Fatalf("the aligning job is %s", state)
	}
	var all struct {
		Sheets []struct {
			ID       string `json:"id"`
			Revision struct {
				ID string `json:"id"`
			} `json:"revision"`
		} `json:"sheets"`
	}
	w.act("manager", "GET", "/api/v1/projects/{project}/drawings", nil, nil).json(w.t, &all)
	for _, s := range all.Sheets {
		if s.ID == v["sheet"] {
			v["revision"] = s.Revision.ID
		}
	}
	return v
}
