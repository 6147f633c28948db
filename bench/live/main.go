// Command live measures many who only listen: event streams of a project on the
// program itself, idle, and how soon each of them hears of a change.
//
//	go run ./bench/live [-clients 5000] [-each 25] [-rounds 20] [-rest 20s] [-program bin/plumbline]
//
// The clients are connections of this process, 25 for each account: the program
// allows an account no more than 30. Memory is that of the server
// alone: heap and stacks, less what it had before the first client; buffers of
// the kernel are in no figure. A change is a point that the owner makes; its
// time begins when the request is sent, and ends for each client when "more"
// arrives. The client runs on the same machine, and takes its part of it.
//
// The floor is a server of net/http that does nothing but stream: no rights, no
// database, a channel for each client.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"plumbline/bench/measure"
	"plumbline/bench/site"
	"plumbline/internal/id"
)

func main() { measure.Main("live", run) }

type plan struct {
	clients, rounds, each int
	rest                  time.Duration
	program               string
}

func run() error {
	var p plan
	flag.IntVar(&p.clients, "clients", 5000, "event streams")
	flag.IntVar(&p.each, "each", 25, "streams of an account, at most 30")
	flag.IntVar(&p.rounds, "rounds", 20, "changes")
	flag.DurationVar(&p.rest, "rest", 20*time.Second, "how long nothing is done before and while memory is looked at")
	flag.StringVar(&p.program, "program", "bin/plumbline", "the program")
	floor := flag.String("floor", "", "serve the floor at this address")
	flag.Parse()
	if *floor != "" {
		return serveFloor(*floor)
	}
	var err error
	if p.program, err = filepath.Abs(p.program); err != nil {
		return err
	}
	dir, remove, err := measure.Folder("live")
	if err != nil {
		return err
	}
	defer remove()
	ctx := context.Background()
	fmt.Printf("%d event streams, %d for each account, %d changes; memory after a rest of %v. Of the changes: least / median / most of each figure.\n\n", p.clients, p.each, p.rounds, p.rest)
	fmt.Print("| server | KiB a client: heap and stacks | KiB a client: RSS | half have heard, ms | 99 of 100, ms | all, ms | CPU ms a change |\n|---|---|---|---|---|---|---|\n")
	if err := p.plumbline(ctx, dir); err != nil {
		return err
	}
	return p.floor(ctx)
}

// plumbline measures the program on SQLite.
func (p plan) plumbline(ctx context.Context, dir string) error {
	at, err := site.Serve(ctx, p.program, dir, "sqlite:", 0)
	if err != nil {
		return err
	}
	if err := at.Stop(); err != nil {
		return err
	}
	config := filepath.Join(dir, "plumbline.yaml")
	cookies, err := people(ctx, config, at.Site, (p.clients+p.each-1)/p.each)
	if err != nil {
		return err
	}
	addr := strings.TrimPrefix(at.URL, "http://")
	s, err := measure.Start(ctx, 2*time.Minute, addr, p.program, "serve", "--config", config)
	if err != nil {
		return err
	}
	err = s.SignIn(site.Owner())
	if err == nil {
		err = p.measure(s, "Plumbline, SQLite", at.Path+"/events", cookies, func() error {
			_, err := s.Do(http.MethodPut, at.Path+"/points/"+string(id.New[id.Point]()), map[string]string{"subject": "bench"}, nil)
			return err
		})
	}
	return errors.Join(err, s.Stop())
}

// floor measures a server that only streams.
func (p plan) floor(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	addr, err := measure.FreePort(ctx)
	if err != nil {
		return err
	}
	s, err := measure.Start(ctx, time.Minute, addr, self, "-floor", addr)
	if err != nil {
		return err
	}
	err = p.measure(s, "floor: net/http", "/events", []string{"none=none"}, func() error {
		_, err := s.Do(http.MethodPut, "/wake", nil, nil)
		return err
	})
	return errors.Join(err, s.Stop())
}

func (p plan) measure(s *measure.Server, name, path string, cookies []string, change func() error) error {
	before, err := idle(s.PID(), p.rest)
	if err != nil {
		return err
	}
	host := strings.TrimPrefix(s.URL, "http://")
	c := &crowd{heard: make([]atomic.Int64, p.clients)}
	defer c.close()
	pace := time.NewTicker(5 * time.Millisecond) // below the limit on what one address may ask
	defer pace.Stop()
	for i := range p.clients {
		<-pace.C
		if err := c.open(i, host, path, cookies[i/p.each%len(cookies)]); err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
	}
	after, err := idle(s.PID(), p.rest)
	if err != nil {
		return err
	}
	var half, most, all, cpu measure.Series
	for range p.rounds {
		used, err := measure.CPU(s.PID())
		if err != nil {
			return err
		}
		begun := time.Now()
		if err := change(); err != nil {
			return err
		}
		took, err := c.wait(begun)
		if err != nil {
			return err
		}
		now, err := measure.CPU(s.PID())
		if err != nil {
			return err
		}
		at := func(share float64) float64 { return took[int(share*float64(len(took)-1))].Seconds() * 1000 }
		half, most, all = append(half, at(0.5)), append(most, at(0.99)), append(all, at(1))
		cpu = append(cpu, float64((now - used).Milliseconds()))
		time.Sleep(time.Second) // what was woken by it has gone to sleep again
	}
	each := func(after, before int64) float64 { return float64(after-before) / 1024 / float64(p.clients) }
	row := func(s measure.Series) string { return fmt.Sprintf("%.0f / %.0f / %.0f", s.Min(), s.Median(), s.Max()) }
	fmt.Printf("| %s | %.1f | %.1f | %s | %s | %s | %s |\n", name, each(after.Anon, before.Anon), each(after.RSS, before.RSS), row(half), row(most), row(all), row(cpu))
	return nil
}

// idle rests, and gives the most memory of ten looks in the second half.
func idle(pid int, rest time.Duration) (most measure.Memory, err error) {
	const samples = 10
	time.Sleep(rest / 2)
	for range samples {
		time.Sleep(rest / 2 / samples)
		m, err := measure.MemoryOf(pid)
		if err != nil {
			return most, err
		}
		most.RSS, most.Anon = max(most.RSS, m.RSS), max(most.Anon, m.Anon)
	}
	return most, nil
}

// crowd is all clients.
type crowd struct {
	conns []net.Conn
	heard []atomic.Int64 // when each heard last, in nanoseconds
	lost  atomic.Int64
	over  sync.WaitGroup
}

// open opens a stream, and waits for what it says first.
func (c *crowd) open(i int, host, path, cookie string) error {
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return err
	}
	c.conns = append(c.conns, conn)
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept: text/event-stream\r\n\r\n", path, host, cookie); err != nil {
		return err
	}
	first := make(chan string, 1)
	c.over.Go(func() {
		lines := bufio.NewReaderSize(conn, 512)
		status, err := lines.ReadString('\n')
		if err != nil || !strings.Contains(status, " 200 ") {
			first <- "answered " + strings.TrimSpace(status)
			return
		}
		for n := 0; ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				c.lost.Add(1)
				return
			}
			if strings.HasPrefix(line, "event: more") {
				c.heard[i].Store(time.Now().UnixNano())
				if n++; n == 1 {
					first <- ""
				}
			}
		}
	})
	if said := <-first; said != "" {
		return errors.New(said)
	}
	return nil
}

// wait waits until all have heard something since begun, and gives how long
// each took, the quickest first.
func (c *crowd) wait(begun time.Time) ([]time.Duration, error) {
	took := make([]time.Duration, len(c.heard))
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		missing := 0
		for i := range c.heard {
			if took[i] != 0 {
				continue
			}
			if at := c.heard[i].Load(); at > begun.UnixNano() {
				took[i] = time.Duration(at - begun.UnixNano())
			} else {
				missing++
			}
		}
		switch {
		case missing == 0:
			slices.Sort(took)
			return took, nil
		case time.Now().After(end) || c.lost.Load() > 0:
			return nil, fmt.Errorf("%d of %d have not heard, %d are gone", missing, len(c.heard), c.lost.Load())
		}
	}
}

func (c *crowd) close() {
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	c.over.Wait()
}
