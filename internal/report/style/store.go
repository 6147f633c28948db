package style

import (
	"slices"
	"strings"

	"plumbline/internal/db"
)

func find(tx *db.Tx) (Style, bool, error) {
	return db.Maybe(tx, func(r db.Scanner) (s Style, err error) {
		var shown string
		err = r.Scan(&s.Org, &s.Accent, &shown, &s.Photo, &s.Sort, &s.Desc, &s.Group, &s.Header, &s.Footer, &s.Contents, &s.logo, &s.Version)
		s.Shown, s.HasLogo = strings.Fields(shown), s.logo != ""
		return s, err
	}, `select org_id, accent, shown, photo, sort, descending, grouped, header, footer, contents, coalesce(logo, ''), version
		from report_style where org_id = $1`, tx.Org())
}

func save(tx *db.Tx, s Style) error {
	var logo any
	if s.logo != "" {
		logo = s.logo
	}
	_, err := tx.Exec(`insert into report_style (org_id, accent, shown, photo, sort, descending, grouped, header, footer, contents, logo, version, changed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (org_id) do update set accent = excluded.accent, shown = excluded.shown, photo = excluded.photo, sort = excluded.sort,
			descending = excluded.descending, grouped = excluded.grouped, header = excluded.header, footer = excluded.footer,
			contents = excluded.contents, logo = excluded.logo, version = excluded.version, changed_at = excluded.changed_at`,
		tx.Org(), s.Accent, strings.Join(s.Shown, " "), s.Photo, s.Sort, s.Desc, s.Group, s.Header, s.Footer, s.Contents, logo, s.Version, tx.Micros())
	return err
}

// same reports whether two styles look the same.
func (s Style) same(o Style) bool {
	return s.Accent == o.Accent && s.Photo == o.Photo && s.Sort == o.Sort && s.Desc == o.Desc && s.Group == o.Group &&
		s.Header == o.Header && s.Footer == o.Footer && s.Contents == o.Contents && slices.Equal(s.Shown, o.Shown)
}
