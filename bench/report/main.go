// Command report compares the processor time of a report of points with that of
// the same content printed from HTML by WeasyPrint and by Chromium.
//
//	go run ./bench/report [-points 1000] [-photos 2] [-runs 3]
//
// Ours is package layout, with contents, outline, the embedded data and PDF/A
// metadata, in a process of its own, from files on disk; access and the store
// are not in it. The HTML has the same texts and the same pictures at the same
// size, without contents. Processor time is that of a process and of all that it
// waited for. A peer that is missing is said.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"plumbline/bench/measure"
	"plumbline/internal/report/layout"
)

func main() { measure.Main("report", run) }

type size struct{ points, photos int }

func run() error {
	var z size
	flag.IntVar(&z.points, "points", 1000, "points")
	flag.IntVar(&z.photos, "photos", 2, "photos of each")
	runs := flag.Int("runs", 3, "counted runs of each")
	one := flag.String("one", "", "set the report from the pictures of this folder, and end")
	flag.Parse()
	if *one != "" {
		return set(*one, z)
	}
	dir, remove, err := measure.Folder("report")
	if err != nil {
		return err
	}
	defer remove()
	bytes, err := pictures(dir, z)
	if err != nil {
		return err
	}
	if err := page(dir, z); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	source := "file://" + filepath.Join(dir, "report.html")
	peers := []struct {
		name, program string
		args          []string
	}{
		{"Plumbline", self, []string{"-one", dir, "-points", fmt.Sprint(z.points), "-photos", fmt.Sprint(z.photos)}},
		{"WeasyPrint", "weasyprint", []string{source, filepath.Join(dir, "out.pdf")}},
		{"Chromium", "chromium", []string{"--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--virtual-time-budget=600000", "--timeout=600000",
			"--user-data-dir=" + filepath.Join(dir, "profile"), "--print-to-pdf=" + filepath.Join(dir, "out.pdf"), source}},
	}
	fmt.Printf("%d points, %d photos of %.0f kB; CPU seconds as least / median of %d.\n\n", z.points, z.points*z.photos, float64(bytes)/float64(z.points*z.photos)/1000, *runs)
	fmt.Println("| | CPU s | ÷ ours | peak MB | pages | PDF MB |\n|---|---|---|---|---|---|")
	ours := 0.0
	for _, p := range peers {
		if _, err := exec.LookPath(p.program); err != nil {
			fmt.Printf("| %s | NOT MEASURED: it is not installed | | | | |\n", p.name)
			continue
		}
		var cpu measure.Series
		var peak int64
		for range *runs {
			_ = os.Remove(filepath.Join(dir, "out.pdf"))
			cmd := exec.Command(p.program, p.args...) //nolint:gosec // our own list
			said, err := cmd.CombinedOutput()
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", p.name, err, said)
			}
			u, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
			cpu = append(cpu, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
			peak = max(peak, u.Maxrss)
		}
		if ours == 0 {
			ours = cpu.Min()
		}
		info, err := os.Stat(filepath.Join(dir, "out.pdf"))
		if err != nil {
			return fmt.Errorf("%s wrote nothing: %w", p.name, err)
		}
		fmt.Printf("| %s | %s | %.1f | %d | %s | %.0f |\n", p.name, cpu.Show(2), cpu.Min()/ours, peak/1000, pages(filepath.Join(dir, "out.pdf")), float64(info.Size())/1e6)
	}
	return nil
}

func pages(file string) string {
	out, err := exec.Command("pdfinfo", file).Output() //nolint:gosec // our own file
	m := regexp.MustCompile(`Pages:\s+(\d+)`).FindSubmatch(out)
	if err != nil || m == nil {
		return "?"
	}
	return string(m[1])
}

func photo(dir string, i int) string { return filepath.Join(dir, fmt.Sprintf("photo-%d.jpg", i)) }

// pictures are like thumbnails of photos: no two alike, and not easily packed.
func pictures(dir string, z size) (int64, error) {
	var total int64
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same pictures each time
	for i := range z.points * z.photos {
		img := image.NewRGBA(image.Rect(0, 0, 512, 384))
		var at [3]float64
		for k := range at {
			at[k] = r.Float64() * 255
		}
		for p := 0; p < len(img.Pix); p += 4 {
			n := uint8(r.Uint32() % 24) //nolint:gosec // below 24
			x := uint8(p / 4 % 512 / 4) //nolint:gosec // below 128
			img.Pix[p], img.Pix[p+1], img.Pix[p+2], img.Pix[p+3] = uint8(at[0]/2)+n+x/2, uint8(at[1]/2)+n+x, uint8(at[2]/2)+n, 255
		}
		img.Set(int(at[0]), int(at[1]), color.White)
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}); err != nil {
			return 0, err
		}
		total += int64(b.Len())
		if err := os.WriteFile(photo(dir, i), b.Bytes(), 0o600); err != nil {
			return 0, err
		}
	}
	return total, nil
}

const (
	where       = "Building C, level 2, 2.05 Shaft"
	charge      = "Van Damme HVAC"
	due         = "23 Nov 2026"
	category    = "Fire safety, penetrations"
	description = "Collar needs EI 60, see detail D-14. The annular gap is open along the whole height and was not filled before the ceiling was closed."
	comment     = "Done, please check. Photo of the closed gap is attached."
)

func subject(i int) string {
	return fmt.Sprintf("Fire collar missing at duct %d through shaft wall", i)
}

// set sets the report, as package report has it set.
func set(dir string, z size) error {
	text := map[string]string{"report.made": "Made 22 Nov 2026", "report.contents": "Contents"}
	d := &layout.Document{Title: "Site walk", Project: "Dok Noord", Place: "Ghent", Author: "Anna de Vries", Made: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
		Style: layout.Style{Contents: true}, Data: layout.Data{Name: "points.json", Body: bytes.Repeat([]byte(`{"subject":"Fire collar missing"}`), z.points)},
		Voice: layout.Voice{Lang: "en", Date: func(s string) string { return s }, Instant: func(t time.Time) string { return t.Format(time.DateTime) }, T: func(k string, _ ...string) string {
			if t := text[k]; t != "" {
				return t
			}
			return strings.TrimPrefix(k, "report.")
		}}}
	for i := range z.points {
		p := layout.Point{Number: fmt.Sprintf("C-1.%d", i), Subject: subject(i), Description: description, Status: "Open", Colour: layout.Colour{R: 179},
			Facts:    []layout.Pair{{Label: "Where", Value: where}, {Label: "In charge", Value: charge}, {Label: "Due", Value: due}, {Label: "Category", Value: category}},
			Comments: []layout.Comment{{Who: "Mette Kjær", When: "today 09:33", Text: comment}}}
		for k := range z.photos {
			p.Photos = append(p.Photos, layout.Photo{Caption: "19 Nov 14:02", Width: 512, Height: 384, Load: func() ([]byte, error) { return os.ReadFile(photo(dir, i*z.photos+k)) }})
		}
		d.Points = append(d.Points, p)
	}
	f, err := os.Create(filepath.Join(dir, "out.pdf"))
	if err != nil {
		return err
	}
	if _, err := layout.Write(context.Background(), f, d, nil); err != nil {
		return err
	}
	return f.Close()
}

// page writes the same as HTML.
func page(dir string, z size) error {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Site walk</title><style>@page{size:A4;margin:24mm 18mm 18mm}body{font:10pt sans-serif;margin:0}
article{break-inside:avoid;border-bottom:1px solid #ddd;padding:2mm 0}h2{font-size:13pt;margin:1mm 0}dl{display:grid;grid-template-columns:30mm 1fr;margin:0}dd{margin:0}
figure{display:inline-block;margin:0 4mm 0 0;width:55mm}img{width:55mm}figcaption{font-size:8pt}</style><h1>Site walk</h1>`)
	for i := range z.points {
		fmt.Fprintf(&b, `<article><div>C-1.%d · Open</div><h2>%s</h2><dl><dt>Where<dd>%s<dt>In charge<dd>%s<dt>Due<dd>%s<dt>Category<dd>%s</dl><p>%s</p><div>`, i, html.EscapeString(subject(i)), where, charge, due, category, description)
		for k := range z.photos {
			fmt.Fprintf(&b, `<figure><img src="photo-%d.jpg" alt=""><figcaption>19 Nov 14:02</figcaption></figure>`, i*z.photos+k)
		}
		fmt.Fprintf(&b, `</div><p><b>Mette Kjær</b> today 09:33<br>%s</p></article>`, comment)
	}
	return os.WriteFile(filepath.Join(dir, "report.html"), []byte(b.String()), 0o600)
}
