package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// The limits of one exchange.
const (
	MostPoints = 1000
	MaxBCF     = 64 << 20
	MaxIFC     = 512 << 20
	maxPhotos  = 10
)

// House is what the exchange asks of points, photos and places.
type House interface {
	// Points are those of a query of the list that the grant's holder sees.
	Points(ctx context.Context, g access.Grant, query string, most int) (Site, []Point, error)
	// Thumb is a photo as a JPEG of about 512 px.
	Thumb(ctx context.Context, g access.Grant, photo id.Photo) ([]byte, error)
	// Known are those points that are there for the grant's holder.
	Known(ctx context.Context, g access.Grant, points []id.Point) (map[id.Point]Current, error)
	// Statuses are the names of the steps that the grant's holder may give.
	Statuses(ctx context.Context, g access.Grant) ([]string, error)
	// Make makes a point; false where it is there already.
	Make(ctx context.Context, g access.Grant, p New) (bool, error)
	// Change sets the fields that an edit has, and gives the version with them.
	Change(ctx context.Context, g access.Grant, point id.Point, base int64, e Edit) (int64, error)
	Comment(ctx context.Context, g access.Grant, point id.Point, comment id.Comment, text string) error
	AddPhoto(ctx context.Context, g access.Grant, point id.Point, photo id.Photo, body io.Reader) error
	// Locations are the project's places.
	Locations(ctx context.Context, g access.Grant) (map[id.Location]Known, error)
}

// Known is a place as it is called now.
type Known struct {
	Name, Code string
	Version    int64
}

// Site is the project of exported points.
type Site struct{ Name string }

// Point is a point to be exported, in words.
type Point struct {
	ID                                   id.Point
	Number, Subject, Description         string
	Status, Category, Location, InCharge string
	Closed, Urgent                       bool
	Due                                  string
	Author                               id.Person
	CreatedAt                            time.Time
	Comments                             []Comment
	Photos                               []id.Photo
}

// Comment is a comment on it.
type Comment struct {
	ID     string
	Author id.Person
	Text   string
	At     time.Time
}

// New is a point to be made. Status is the name of one, or empty.
type New struct {
	ID                                id.Point
	Subject, Description, Status, Due string
	Urgent                            bool
}

// Current is a point as it is now.
type Current struct {
	Version                           int64
	Subject, Description, Status, Due string
	StatusID                          id.Status
	Urgent                            bool
	Comments                          map[string]bool // ids
	Photos                            map[string]bool
}

// Edit is what changes on a point; nil stays as it is.
type Edit struct {
	Subject, Description, Status, Due *string
	Urgent                            *bool
}

// Service is the exchange of all projects.
type Service struct {
	db    *db.DB
	house House
	clock clock.Clock
	temp  string
}

// NewService makes the service. temp is a private folder for files while they are read.
func NewService(d *db.DB, h House, c clock.Clock, temp string) *Service {
	return &Service{d, h, c, temp}
}

// Temp opens a file that is gone when it is closed.
func (s *Service) Temp() (*os.File, error) {
	f, err := os.CreateTemp(s.temp, "exchange-*")
	if err != nil {
		return nil, fault.Wrap("exchange.Temp", err)
	}
	_ = os.Remove(f.Name()) // it lives as long as it is open
	return f, nil
}

// take puts a body into a file, so that it can be read at any place.
func (s *Service) take(body io.Reader, most int64) (*os.File, int64, error) {
	f, err := s.Temp()
	if err != nil {
		return nil, 0, err
	}
	n, err := io.Copy(f, io.LimitReader(body, most+1))
	if err == nil && n > most {
		err = fault.New(fault.TooLarge, "file-too-large", "the file is too large")
	}
	if err != nil {
		_ = f.Close()
		return nil, 0, err
	}
	return f, n, nil
}

// derive makes an id of what identifies a thing elsewhere: a UUID of version 7
// whose time is the thing's, and whose rest is a hash.
func derive[T ~string](at time.Time, parts ...string) T {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	ms := at.UnixMilli()
	if ms <= 0 || ms >= 1<<47 {
		ms = 1 // nobody knows when
	}
	for i := range 6 {
		sum[i] = byte(ms >> (40 - 8*i))
	}
	sum[6] = sum[6]&0x0f | 0x70
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return T(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}
