package drawing

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// page is what a file tells about one of its pages.
type page struct {
	Label string // the PDF's page label
	Title string // the largest text of the title block, or an outline entry
}

// sheetNumber is how offices number sheets: a few letters, then digits, with
// dots and dashes: A-101, AR_201.b, 2.04, E102.
var sheetNumber = regexp.MustCompile(`^(\p{Lu}{1,4}[-_. ]?)?\d{1,4}([-_.]?[0-9A-Za-z]{1,4}){0,4}$`)

// cleanName is a file name without folders, extension and control characters,
// cut to MaxName.
func cleanName(s string) string {
	s = path.Base(strings.ReplaceAll(strings.ToValidUTF8(s, ""), `\`, "/"))
	if ext := path.Ext(s); ext != "" {
		switch strings.ToLower(ext) {
		case ".pdf", ".png", ".jpg", ".jpeg":
			s = strings.TrimSuffix(s, ext)
		}
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if strings.Trim(s, "./") == "" {
		s = ""
	}
	return cut(s, MaxName)
}

func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}

// propose gives a sheet its first name and number: from the page's label and
// title where they say something, else from the drawing's name.
func propose(drawing string, p page, index, pages int) (name, number string) {
	number = strings.TrimSpace(p.Label)
	if number == strconv.Itoa(index+1) || !sheetNumber.MatchString(number) {
		number = "" // only counts pages
	}
	name = strings.TrimSpace(strings.Join(strings.Fields(p.Title), " "))
	base := drawing
	if first, rest, ok := strings.Cut(drawing, " "); ok && sheetNumber.MatchString(first) && strings.ContainsFunc(first, unicode.IsDigit) {
		rest = strings.TrimSpace(strings.TrimLeft(rest, "-–—_ "))
		if rest != "" {
			base = rest
			if pages == 1 && number == "" {
				number = first
			}
		}
	}
	if name == "" {
		name = base
		if pages > 1 {
			name = base + " " + strconv.Itoa(index+1)
			if number != "" {
				name = base + " " + number
			}
		}
	}
	return cut(name, MaxName), cut(number, 40)
}
