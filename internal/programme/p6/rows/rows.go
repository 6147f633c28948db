// Package rows reads the tables of an XER file, row by row and within limits.
package rows

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"plumbline/internal/fault"
)

// Limits of an XER file.
const (
	maxBytes   = 1 << 30
	maxLine    = 16 << 20
	maxColumns = 1000
)

// Read reads an XER file and hands each row to row, by column. It knows the
// encoding by trying: UTF-8, or the code page of Western Europe, in which P6
// writes elsewhere.
func Read(in io.Reader, row func(table string, columns map[string]int, values []string) error) (version string, err error) {
	s := bufio.NewScanner(io.LimitReader(in, maxBytes))
	s.Buffer(make([]byte, 0, 64<<10), maxLine)
	var table string
	var columns map[string]int
	first := true
	for s.Scan() {
		line := s.Bytes()
		if first {
			first = false
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
			if !bytes.HasPrefix(line, []byte("ERMHDR\t")) {
				return "", fault.New(fault.Unreadable, "programme-not-xer", "the file does not begin as an XER file does")
			}
			if f := strings.Split(text(line), "\t"); len(f) > 1 {
				version = f[1]
			}
			continue
		}
		mark, rest, _ := bytes.Cut(bytes.TrimRight(line, "\r"), []byte("\t"))
		switch string(mark) {
		case "%T":
			table, columns = text(rest), nil
		case "%F":
			names := strings.Split(text(rest), "\t")
			if len(names) > maxColumns {
				return "", fault.New(fault.TooLarge, "programme-too-large", "a table of the file has more than 1,000 columns")
			}
			columns = make(map[string]int, len(names))
			for i, n := range names {
				columns[n] = i
			}
		case "%R":
			if columns == nil {
				return "", fault.New(fault.Unreadable, "programme-xer", "a row of the file stands before the names of its columns")
			}
			if err := row(table, columns, strings.Split(text(rest), "\t")); err != nil {
				return "", err
			}
		case "%E":
			return version, nil
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return "", fault.New(fault.TooLarge, "programme-too-large", "a line of the file is longer than 16 megabytes")
	}
	if first && s.Err() == nil {
		return "", fault.New(fault.Unreadable, "programme-not-xer", "the file is empty")
	}
	return version, s.Err()
}

func text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(out)
}
