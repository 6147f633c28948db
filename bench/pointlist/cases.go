package main

import (
	"fmt"

	"plumbline/bench/site"
	"plumbline/internal/access"
	"plumbline/internal/page"
	"plumbline/internal/point"
	"plumbline/internal/point/query"
	"plumbline/internal/policy"
)

// one is a list that is measured through the service.
type one struct {
	name  string
	by    access.Grant
	query query.Query
	skip  int
}

func cases(w *site.Site, guest access.Grant) []one {
	sub := guest
	sub.Level, sub.Person, sub.Company = policy.Subcontractor, w.People[1], w.Company
	yes := true
	return []one{
		{name: "open points by number", by: guest},
		{name: "changed last first, 200 pages on", by: guest, query: query.Query{Sort: query.ByChanged, Desc: true}, skip: 200},
		{name: "one status, urgent, by due", by: guest, query: query.Query{Filter: query.Filter{Status: w.Statuses[:1], Urgent: &yes}, Sort: query.ByDue}},
		{name: "one room by number", by: guest, query: query.Query{Filter: query.Filter{Location: w.Rooms[5:6]}}},
		{name: "overdue by due", by: guest, query: query.Query{Filter: query.Filter{Overdue: true}, Sort: query.ByDue}},
		{name: "mine by due", by: sub, query: query.Query{Filter: query.Filter{Mine: true}, Sort: query.ByDue}},
		{name: "a subcontractor's by changed", by: sub, query: query.Query{Sort: query.ByChanged, Desc: true}},
	}
}

// full is the error of a list, or one if the page is not full: then something
// else would be measured.
func full(found page.Page[point.Point], _ query.Total, err error) error {
	if err == nil && len(found.Items) != pageSize {
		return fmt.Errorf("a page of %d items", len(found.Items))
	}
	return err
}

const pageSize = 100
