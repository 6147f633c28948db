// Command idle measures the program with the demo site: its size, how long it
// takes to start, and its memory when nobody does anything.
//
//	go run ./bench/idle [-program bin/plumbline] [-repeat 3] [-rest 20s]
//
// A demo site is made once. Then the program is started on it again, as often
// as counts: memory is looked at after a rest, and once more after somebody has
// signed in, read the whole project, opened every tile of a drawing and had a
// report made, and rested as long. Of the samples of one rest the largest
// counts. PSS is the memory of the process, with the pages that it shares with
// others divided among them. The children that untrusted files are parsed in
// are processes of their own, and end with their work: see bench/tiling.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"plumbline/bench/measure"
	"plumbline/internal/demo"
	"plumbline/internal/id"
)

func main() { measure.Main("idle", run) }

// figures of the repetitions, memory in MB.
type figures struct {
	ready, cpu              measure.Series // start: seconds on the wall, and of the processor
	rss, pss, anon          measure.Series // after the start
	usedRSS, usedPSS, uAnon measure.Series // after the walk
	peak                    measure.Series
}

const mb = 1 << 20

func run() error {
	program := flag.String("program", "bin/plumbline", "the program")
	repeat := flag.Int("repeat", 3, "starts")
	rest := flag.Duration("rest", 20*time.Second, "how long nothing is done before and while memory is looked at")
	flag.Parse()
	info, err := os.Stat(*program)
	if err != nil {
		return err
	}
	dir, remove, err := measure.Folder("idle")
	if err != nil {
		return err
	}
	defer remove()
	data := filepath.Join(dir, "demo")
	ctx := context.Background()
	made, err := start(ctx, *program, data)
	if err != nil {
		return err
	}
	making, err := measure.CPU(made.PID())
	if err != nil {
		return errors.Join(err, made.Stop())
	}
	if err := made.Stop(); err != nil {
		return err
	}
	var f figures
	for range *repeat {
		if err := f.once(ctx, *program, data, *rest); err != nil {
			return err
		}
	}
	fmt.Printf("Least / median of %d starts; memory after a rest of %v.\n\n", *repeat, *rest)
	fmt.Print("| what | least / median |\n|---|---|\n")
	row := func(what, value string) { fmt.Printf("| %s | %s |\n", what, value) }
	row("idle after the start: RSS, MB", f.rss.Show(1))
	row("idle after the start: PSS, MB", f.pss.Show(1))
	row("of it heap and stacks, MB", f.anon.Show(1))
	row("idle after a walk through the site: RSS, MB", f.usedRSS.Show(1))
	row("idle after a walk through the site: PSS, MB", f.usedPSS.Show(1))
	row("of it heap and stacks, MB", f.uAnon.Show(1))
	row("most at any time of the walk: RSS, MB", f.peak.Show(1))
	row("start to the first 200 of /readyz, s on the wall", f.ready.Show(2))
	row("start to the first 200 of /readyz, CPU s", f.cpu.Show(2))
	row("making the demo site, once, CPU s without the sandbox's children", fmt.Sprintf("%.1f", making.Seconds()))
	row("the program's file, web app and fonts within, MB", fmt.Sprintf("%.1f", float64(info.Size())/mb))
	return nil
}

func start(ctx context.Context, program, data string) (*measure.Server, error) {
	addr, err := measure.FreePort(ctx)
	if err != nil {
		return nil, err
	}
	return measure.Start(ctx, 10*time.Minute, addr, program, "demo", "--addr", addr, "--data", data)
}

func (f *figures) once(ctx context.Context, program, data string, rest time.Duration) error {
	s, err := start(ctx, program, data)
	if err != nil {
		return err
	}
	return errors.Join(f.look(s, rest), s.Stop())
}

func (f *figures) look(s *measure.Server, rest time.Duration) error {
	used, err := measure.CPU(s.PID())
	if err != nil {
		return err
	}
	f.ready, f.cpu = append(f.ready, s.Ready.Seconds()), append(f.cpu, used.Seconds())
	m, err := idle(s.PID(), rest)
	if err != nil {
		return err
	}
	f.rss, f.pss, f.anon = append(f.rss, m[0]), append(f.pss, m[1]), append(f.anon, m[2])
	if err := walk(s); err != nil {
		return err
	}
	if m, err = idle(s.PID(), rest); err != nil {
		return err
	}
	f.usedRSS, f.usedPSS, f.uAnon = append(f.usedRSS, m[0]), append(f.usedPSS, m[1]), append(f.uAnon, m[2])
	f.peak = append(f.peak, m[3])
	return nil
}

// idle rests, looking at memory ten times in the second half. It gives the
// most of RSS, PSS, anonymous memory and peak, in MB.
func idle(pid int, rest time.Duration) (out [4]float64, err error) {
	const samples = 10
	time.Sleep(rest / 2)
	for range samples {
		time.Sleep(rest / 2 / samples)
		m, err := measure.MemoryOf(pid)
		if err != nil {
			return out, err
		}
		for i, v := range []int64{m.RSS, m.PSS, m.Anon, m.Peak} {
			out[i] = max(out[i], float64(v)/mb)
		}
	}
	return out, nil
}

// walk does what people do on the site.
func walk(s *measure.Server) error {
	if err := s.SignIn(demo.Accounts()[0].Email, demo.Password); err != nil {
		return err
	}
	if _, err := s.Do(http.MethodGet, "/", nil, nil); err != nil {
		return err
	}
	var projects struct {
		Items []struct {
			ID id.Project `json:"id"`
		} `json:"items"`
	}
	if _, err := s.Do(http.MethodGet, "/api/v1/projects", nil, &projects); err != nil {
		return err
	}
	if len(projects.Items) == 0 {
		return errors.New("the demo has no project")
	}
	path := "/api/v1/projects/" + string(projects.Items[0].ID)
	revision, err := readAll(s, path)
	if err != nil {
		return err
	}
	if _, err := s.Do(http.MethodGet, path+"/points?closed=any&limit=100&sort=due", nil, nil); err != nil {
		return err
	}
	for zoom := range revision.MaxZoom + 1 {
		reach := revision.TileSize << (revision.MaxZoom - zoom) // pixels of the sheet under a tile
		for x := 0; x*reach < revision.Width; x++ {
			for y := 0; y*reach < revision.Height; y++ {
				if _, err := s.Do(http.MethodGet, fmt.Sprintf("%s/revisions/%s/tiles/%d/%d/%d", path, revision.ID, zoom, x, y), nil, nil); err != nil {
					return err
				}
			}
		}
	}
	return makeReport(s, path)
}

// sheetRevision is what of a sheet says which tiles there are.
type sheetRevision struct {
	ID       string `json:"id"`
	Width    int    `json:"width_px"`
	Height   int    `json:"height_px"`
	MaxZoom  int    `json:"max_zoom"`
	TileSize int    `json:"tile_size"`
}

// readAll takes the project's snapshot as the web app does, and gives the
// revision of its first sheet.
func readAll(s *measure.Server, path string) (sheetRevision, error) {
	var first sheetRevision
	for next, more := "", true; more; {
		var snapshot struct {
			Next   *string `json:"next"`
			Things struct {
				Sheets []struct {
					Revision sheetRevision `json:"revision"`
				} `json:"sheets"`
			} `json:"things"`
		}
		if _, err := s.Do(http.MethodGet, path+"/snapshot?page="+url.QueryEscape(next), nil, &snapshot); err != nil {
			return first, err
		}
		if sheets := snapshot.Things.Sheets; first.ID == "" && len(sheets) > 0 {
			first = sheets[0].Revision
		}
		if more = snapshot.Next != nil && *snapshot.Next != ""; more {
			next = *snapshot.Next
		}
	}
	if first.ID == "" || first.TileSize <= 0 {
		return first, errors.New("the demo has no sheet with tiles")
	}
	return first, nil
}

// makeReport has a report of all points made, and downloads it.
func makeReport(s *measure.Server, path string) error {
	report := path + "/reports/" + string(id.New[id.Report]())
	ask := map[string]any{"title": "bench", "filter": map[string]string{"closed": "any"}, "locale": "nl", "time_zone": "Europe/Brussels", "paper": "A4", "photos": true, "plan": true}
	var made struct {
		JobID string `json:"job_id"`
	}
	if _, err := s.Do(http.MethodPut, report, ask, &made); err != nil {
		return err
	}
	for began := time.Now(); time.Since(began) < 5*time.Minute; time.Sleep(500 * time.Millisecond) {
		var job struct {
			State string `json:"state"`
			Code  string `json:"code"`
		}
		if _, err := s.Do(http.MethodGet, path+"/jobs/"+made.JobID, nil, &job); err != nil {
			return err
		}
		switch job.State {
		case "done":
			n, err := s.Do(http.MethodGet, report+"/file", nil, nil)
			if err == nil && n < 1000 {
				return fmt.Errorf("a report of %d bytes", n)
			}
			return err
		case "failed":
			return fmt.Errorf("the report failed: %s", job.Code)
		}
	}
	return errors.New("the report was not made within 5 minutes")
}
