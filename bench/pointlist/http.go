package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"

	"plumbline/bench/site"
)

// http measures the orders over HTTP, from the program itself.
func (p *plan) http(ctx context.Context, u string, orders []*order) error {
	dir, err := os.MkdirTemp(p.dir, "served-")
	if err != nil {
		return err
	}
	at, err := site.Serve(ctx, p.program, dir, u, p.points)
	if err != nil {
		return err
	}
	return errors.Join(p.served(at, orders), at.Close())
}

func (p *plan) served(at *site.Served, orders []*order) error {
	var err error
	for _, o := range orders {
		list := at.Path + "/points?closed=any&limit=" + strconv.Itoa(pageSize) + "&sort=" + string(o.sort)
		o.http, err = p.repeated(at.CPU, func() error {
			var got struct {
				Items []struct{} `json:"items"`
			}
			n, err := at.Do(http.MethodGet, list, nil, &got)
			o.bytes = n
			if err == nil && len(got.Items) != pageSize {
				return fmt.Errorf("a page of %d items", len(got.Items))
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("HTTP, %s: %w", o.sort, err)
		}
	}
	return nil
}
