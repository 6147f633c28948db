package titleblock

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sheetNumber is how offices number sheets: a few letters, then digits, with
// dots and dashes: A-101, AR_201.b, 2.04, E102.
var sheetNumber = regexp.MustCompile(`^(\p{Lu}{1,4}[-_. ]?)?\d{1,4}([-_.]?[0-9A-Za-z]{1,4}){0,4}$`)

// MaxName is how long a name may be, in characters.
const MaxName = 200

// CleanName is a file name without folders, extension and control characters,
// cut to MaxName.
func CleanName(s string) string {
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
	return Cut(s, MaxName)
}

// Cut is the first characters of a text.
func Cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}

// First gives a sheet its first name and number, from the drawing's name: a
// number in front of it is the sheet's if there is one sheet alone, and pages
// are counted if there are more.
func First(drawing string, index, pages int) (name, number string) {
	name = drawing
	if first, rest, ok := strings.Cut(drawing, " "); ok && sheetNumber.MatchString(first) {
		if rest = strings.TrimLeft(rest, "-–—_ "); rest != "" {
			name = rest
			if pages == 1 {
				number = first
			}
		}
	}
	if pages > 1 {
		name = Cut(name, MaxName-6) + " " + strconv.Itoa(index+1)
	}
	return name, Cut(number, 40)
}
