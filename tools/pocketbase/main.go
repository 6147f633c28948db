// Command pocketbase is PocketBase as it is released, for the measurement that
// sets our lists against its own. One command is added: fill OURS DIR copies
// the points of a database of ours. It is not part of Plumbline.
package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/pocketbase/pocketbase"
	_ "modernc.org/sqlite" // the driver
)

func main() {
	if len(os.Args) == 4 && os.Args[1] == "fill" {
		if err := copyRows(os.Args[2], filepath.Join(os.Args[3], "data.db")); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := pocketbase.New().Start(); err != nil {
		log.Fatal(err)
	}
}

// copyRows puts the points of a database of Plumbline into PocketBase's, whose
// collection points is empty, and makes an index for each order that is asked for.
func copyRows(from, to string) error {
	d, err := sql.Open("sqlite", to)
	if err != nil {
		return err
	}
	defer d.Close()
	d.SetMaxOpenConns(1)
	for _, statement := range []string{
		"attach database '" + from + "' as ours",
		`insert into points (id, project, number, list, subject, description, status, location, due, urgent, closed, author, charge, created, changed)
			select printf('%015d', row_number() over (order by p.id)), (select id from projects), p.sequence, p.code, p.subject, p.description, p.status_id,
				coalesce(p.location_id, ''), coalesce(p.due, ''), p.urgent, p.closed_at is not null, p.author_id,
				coalesce((select group_concat(ref_id) from ours.point_in_charge c where c.point_id = p.id), ''),
				strftime('%Y-%m-%d %H:%M:%fZ', p.created_at / 1000000, 'unixepoch'), strftime('%Y-%m-%d %H:%M:%fZ', p.changed_at / 1000000, 'unixepoch')
			from ours.point p`,
		"detach database ours",
		"create index points_number on points (project, number)",
		"create index points_status on points (project, status, due)",
		"create index points_due on points (project, due)",
		"analyze",
	} {
		if _, err := d.Exec(statement); err != nil {
			return fmt.Errorf("%.40s: %w", statement, err)
		}
	}
	return nil
}
