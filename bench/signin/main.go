// Command signin measures how many people can sign in a second, and what keeps
// them: the hash of the password. The service is asked, as the API does behind
// its limits (which let one address in once a second): the charge for guessing,
// the password, the session, the device, on a database of accounts.
//
//	go run ./bench/signin [-accounts 32] [-each 16] [-postgres URL]
//
// The ceiling is the same hash computed by as many goroutines as there are
// processors, and nothing else. Memory is the most that this process, database
// driver and vault within, held while the row was measured: it must not grow
// with the number of clients.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"plumbline/bench/measure"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/schema"
	"plumbline/internal/signin"
	"plumbline/internal/signin/argon"
)

// said is the password of everybody.
const said = "eleven grey pebbles on a sill"

func main() { measure.Main("signin", run) }

func run() error {
	accounts := flag.Int("accounts", 32, "accounts that sign in, and clients at most")
	each := flag.Int("each", 16, "sign-ins that a row is made of, per processor")
	postgres := flag.String("postgres", os.Getenv("PLUMBLINE_TEST_POSTGRES"), "URL of a PostgreSQL server")
	flag.Parse()
	dir, remove, err := measure.Folder("signin")
	if err != nil {
		return err
	}
	defer remove()
	ctx := context.Background()
	cost, total := argon.Default(), *each*runtime.NumCPU()
	ceiling, err := hashes(cost, total)
	if err != nil {
		return err
	}
	fmt.Printf("Argon2id with %d MiB and %d passes, %d at once; %d sign-ins a row, each of them right.\n\n", cost.MemoryKiB>>10, cost.Passes, cost.AtOnce, total)
	fmt.Println("| engine | clients | sign-ins a second | ÷ ceiling | CPU ms each | ÷ ceiling | waited, ms: median / slowest | peak MB |\n|---|---|---|---|---|---|---|---|")
	fmt.Printf("| the hash alone, on all processors | %d | %s |\n", runtime.NumCPU(), ceiling.show(ceiling))
	if err := engine(ctx, dir, "SQLite", "sqlite:"+filepath.Join(dir, "bench.db"), *accounts, total, ceiling); err != nil {
		return err
	}
	if *postgres == "" {
		fmt.Println("\nPostgreSQL was not measured: no server was given.")
		return nil
	}
	u, drop, err := measure.OwnDatabase(ctx, *postgres, "signin")
	if err != nil {
		return err
	}
	defer drop()
	return engine(ctx, dir, "PostgreSQL", u, *accounts, total, ceiling)
}

// figures are what a row says.
type figures struct {
	n      int
	wall   time.Duration
	cpu    time.Duration
	waited measure.Series
	peak   int64
}

func (f figures) rate() float64 { return float64(f.n) / f.wall.Seconds() }

func (f figures) each() float64 { return f.cpu.Seconds() * 1000 / float64(f.n) }

func (f figures) show(ceiling figures) string {
	return fmt.Sprintf("%.1f | %.2f | %.0f | %.2f | %.0f / %.0f | %d", f.rate(), f.rate()/ceiling.rate(), f.each(), f.each()/ceiling.each(),
		f.waited.Median(), f.waited.Max(), f.peak>>20)
}

// side by side, clients do so many deeds in all.
func side(clients, total int, deed func(client int) error) (f figures, err error) {
	runtime.GC()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // the peak begins anew
		return f, err
	}
	before, err := measure.CPU(os.Getpid())
	if err != nil {
		return f, err
	}
	var left atomic.Int64
	left.Store(int64(total))
	waited := make([]measure.Series, clients)
	faults := make([]error, clients)
	began := time.Now()
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				at := time.Now()
				if err := deed(c); err != nil {
					faults[c] = err
					return
				}
				waited[c] = append(waited[c], float64(time.Since(at).Microseconds())/1000)
			}
		})
	}
	all.Wait()
	f.n, f.wall, f.waited = total, time.Since(began), slices.Concat(waited...)
	after, err := measure.CPU(os.Getpid())
	m, merr := measure.MemoryOf(os.Getpid())
	f.cpu, f.peak = after-before, m.Peak
	return f, errors.Join(errors.Join(faults...), err, merr)
}

func hashes(c argon.Cost, total int) (figures, error) {
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return figures{}, err
	}
	return side(runtime.NumCPU(), total, func(int) error {
		argon2.IDKey([]byte(said), salt, c.Passes, c.MemoryKiB, 1, 32)
		return nil
	})
}

func engine(ctx context.Context, dir, name, u string, accounts, total int, ceiling figures) error {
	d, err := db.Open(ctx, db.Config{URL: u})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it goes away
	if err := schema.Migrate(ctx, d); err != nil {
		return err
	}
	ring, err := crypt.Open(ctx, crypt.Config{Places: []string{filepath.Join(dir, name)}, RootKeyFile: filepath.Join(dir, name+"-root", "key"), Create: true})
	if err != nil {
		return err
	}
	people := person.New(person.Deps{DB: d, Keys: ring})
	in, err := signin.New(signin.Deps{DB: d, People: people, Keys: ring, Mail: org.Queue{}})
	if err != nil {
		return err
	}
	mails, err := fill(ctx, d, people, in, accounts)
	if err != nil {
		return err
	}
	devices := make([]string, accounts)
	deed := func(c int) error {
		s, err := in.SignIn(ctx, mails[c], said, signin.From{Address: netip.AddrFrom4([4]byte{192, 0, 2, byte(c)}), Device: devices[c]})
		if err == nil && s.Token == "" {
			return errors.New("there is no session")
		}
		devices[c] = s.Device
		return err
	}
	for _, clients := range []int{1, 2, 8, 32} {
		if clients > accounts {
			break
		}
		f, err := side(clients, total, deed)
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %d | %s |\n", name, clients, f.show(ceiling))
	}
	in.Wait(ctx)
	return nil
}

func fill(ctx context.Context, d *db.DB, people *person.Service, in *signin.Service, n int) (mails []string, err error) {
	hash, err := in.Hash(ctx, said)
	if err != nil {
		return nil, err
	}
	ids, owners := make([]id.Account, n), make([]crypt.Owner, n)
	for i := range ids {
		ids[i] = id.New[id.Account]()
		owners[i] = crypt.AccountOwner(ids[i])
		mails = append(mails, fmt.Sprintf("person.%d@bench.example", i))
	}
	if err := people.NewKeys(ctx, owners); err != nil {
		return nil, err
	}
	return mails, d.Write(ctx, db.Everyone("the accounts of a measurement"), func(tx *db.Tx) error {
		for i, a := range ids {
			if err := people.AddAccount(tx, a, person.AccountProfile{Name: fmt.Sprintf("Person %d", i), Email: mails[i], Locale: "en", TimeZone: "Europe/Brussels"},
				person.Credentials{Password: hash}); err != nil {
				return err
			}
		}
		return nil
	})
}
