package probes

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"plumbline/internal/db"
)

// Scan looks for values in the raw bytes of everything that the installation
// keeps: database, write-ahead log, files, captured mail, caches, and what the
// program logged; on PostgreSQL in every column of every table. It uses no
// declaration. It names the places where one stands, and says how many bytes it
// read.
func (w *World) Scan(ctx context.Context, values ...string) (found []string, read int64, err error) {
	needles := make([][]byte, 0, len(values))
	for _, v := range values {
		if len(v) < 8 {
			return nil, 0, errors.New("a value too short to be looked for")
		}
		needles = append(needles, bytes.ToLower([]byte(v)))
	}
	roots := append([]string{w.Places.Data, w.Places.Mail, w.Places.Cache}, w.Places.Files...)
	seen := map[string]bool{}
	note := func(path string, n int64, hit bool) {
		read += n
		if hit {
			found = append(found, "the file "+filepath.Base(filepath.Dir(path))+"/"+filepath.Ext(path))
		}
	}
	if err := w.Places.Database.Read(func(path string, r io.Reader) error {
		n, hit, err := scan(r, needles)
		note(path, n, hit)
		return err
	}); err != nil {
		return nil, read, errors.New("the database's file cannot be read")
	}
	for _, root := range roots {
		if root == "" {
			continue
		}
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // gone meanwhile
			}
			if err != nil || e.IsDir() || !e.Type().IsRegular() || seen[path] {
				return err
			}
			seen[path] = true
			info, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) || err == nil && w.Places.Database.Own(info) { // the database's were read above
				return nil
			}
			if err != nil {
				return err
			}
			n, hit, err := scanFile(path, needles)
			note(path, n, hit)
			return err
		})
		if err != nil {
			return nil, read, errors.New("something that is kept cannot be read")
		}
	}
	if w.Logged != nil {
		text := w.Logged()
		read += int64(len(text))
		if Has([]byte(text), needles) {
			found = append(found, "the log")
		}
	}
	if w.DB.Dialect() == db.Postgres {
		tables, n, err := w.scanTables(ctx, needles)
		if err != nil {
			return nil, read, err
		}
		found, read = append(found, tables...), read+n
	}
	slices.Sort(found)
	return slices.Compact(found), read, ctx.Err()
}

// Has reports whether a text holds one of the needles, whatever their case.
func Has(text []byte, needles [][]byte) bool {
	text = bytes.ToLower(text)
	return slices.ContainsFunc(needles, func(n []byte) bool { return bytes.Contains(text, n) })
}

func scanFile(path string, needles [][]byte) (int64, bool, error) {
	f, err := os.Open(path) //nolint:gosec // below the installation's own folders
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	defer func() { _ = f.Close() }()
	return scan(f, needles)
}

func scan(f io.Reader, needles [][]byte) (int64, bool, error) {
	longest := 0
	for _, n := range needles {
		longest = max(longest, len(n))
	}
	block, kept := make([]byte, 1<<20), []byte(nil)
	var read int64
	for {
		n, err := io.ReadFull(f, block)
		read += int64(n)
		kept = append(kept, block[:n]...)
		if Has(kept, needles) {
			return read, true, nil
		}
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = nil
			}
			return read, false, err
		}
		kept = append([]byte(nil), kept[max(0, len(kept)-longest):]...)
	}
}

// scanTables reads every table whole, as text.
func (w *World) scanTables(ctx context.Context, needles [][]byte) (found []string, read int64, err error) {
	err = w.DB.Read(ctx, db.Everyone("a probe reads everything"), func(tx *db.Tx) error {
		return db.Dump(tx, func(table, row string) error {
			read += int64(len(row))
			if Has([]byte(row), needles) {
				found = append(found, "the table "+table)
			}
			return nil
		})
	})
	return found, read, err
}
