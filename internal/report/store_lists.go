package report

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

func setLists(tx *db.Tx, report id.Report, lists []id.List) error {
	if _, err := tx.Exec(`delete from report_list where org_id = $1 and report_id = $2`, tx.Org(), report); err != nil {
		return err
	}
	rows := make([][]any, len(lists))
	for i, l := range lists {
		rows[i] = []any{string(tx.Org()), string(report), string(l)}
	}
	return tx.BulkInsert("report_list", []string{"org_id", "report_id", "list_id"}, rows)
}

func listsOf(tx *db.Tx, all []Report) (map[id.Report][]id.List, error) {
	out := map[id.Report][]id.List{}
	if len(all) == 0 {
		return out, nil
	}
	type on struct {
		report id.Report
		list   id.List
	}
	ids := make([]id.Report, len(all))
	for i, r := range all {
		ids[i] = r.ID
	}
	rows, err := db.All(tx, func(s db.Scanner) (o on, err error) {
		err = s.Scan(&o.report, &o.list)
		return o, err
	}, `select report_id, list_id from report_list where org_id = $1 and report_id in `+db.In(len(ids), 2), append([]any{tx.Org()}, db.Args(ids)...)...)
	for _, r := range rows {
		out[r.report] = append(out[r.report], r.list)
	}
	return out, err
}

func madeOf(tx *db.Tx, list id.List, since int64) (bool, error) {
	_, made, err := db.Maybe(tx, db.Value1[string], `select r.id from report_list l join report r on r.org_id = l.org_id and r.id = l.report_id
		where l.org_id = $1 and l.list_id = $2 and r.state = 'ready' and r.created_at >= $3 limit 1`, tx.Org(), list, since)
	return made, err
}
