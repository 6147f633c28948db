package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

func fill(query, status string) string { return strings.ReplaceAll(query, "STATUS", status) }

// tally is what was measured of one of the two.
type tally struct {
	took  time.Duration // of the rounds
	each  []time.Duration
	items int // of a page
}

func (t *tally) add(o tally) {
	t.took += o.took
	t.each = append(t.each, o.each...)
	t.items = o.items
}

func (t *tally) perSecond() float64 { return float64(len(t.each)) / t.took.Seconds() }

func (t *tally) times() string {
	slices.Sort(t.each)
	at := func(share float64) float64 {
		return float64(t.each[int(share*float64(len(t.each)-1))].Microseconds()) / 1000
	}
	return fmt.Sprintf("%.1f / %.1f", at(0.5), at(0.99))
}

// round makes a round of requests.
func (p plan) round(like *http.Request) (tally, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: p.atOnce}, Timeout: 2 * time.Minute}
	defer client.CloseIdleConnections()
	var (
		out   tally
		first error
		lock  sync.Mutex
		all   sync.WaitGroup
	)
	began := time.Now()
	for worker := range p.atOnce {
		all.Go(func() {
			for i := worker; i < p.each; i += p.atOnce {
				from := time.Now()
				items, err := ask(client, like)
				took := time.Since(from)
				lock.Lock()
				out.each = append(out.each, took)
				out.items = items
				if first == nil {
					first = err
				}
				lock.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	all.Wait()
	out.took = time.Since(began)
	return out, first
}

func ask(client *http.Client, like *http.Request) (items int, err error) {
	r, err := client.Do(like.Clone(like.Context()))
	if err != nil {
		return 0, err
	}
	defer r.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, err
	}
	if r.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %.300s", r.Status, body)
	}
	var got struct {
		Items []struct{} `json:"items"`
	}
	err = json.Unmarshal(body, &got)
	return len(got.Items), err
}
