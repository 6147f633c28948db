// Package opened keeps the tile archives used last open, their directories in
// memory, and has the white tile that archives leave out.
package opened

import (
	"bytes"
	"container/list"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"sync"

	"plumbline/internal/blob"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/raster/pmtiles"
	"plumbline/internal/sheet"
)

// Archives are those used last. It is safe for concurrent use.
type Archives struct {
	files *media.Files
	most  int

	mu    sync.Mutex
	byKey map[archiveKey]*list.Element
	used  *list.List // of *Archive, last used first
}

type archiveKey struct {
	org id.Org
	sha string
}

// Archive is an open one.
type Archive struct {
	Tiles *pmtiles.Archive

	key  archiveKey
	open sync.Once
	file blob.Reader
	err  error

	users int  // guarded by Archives.mu
	out   bool // no longer in the cache: the last user closes
}

// New keeps at most so many open.
func New(files *media.Files, most int) *Archives {
	return &Archives{files: files, most: most, byKey: map[archiveKey]*list.Element{}, used: list.New()}
}

// Get opens an archive or finds it open. The caller must call done.
func (a *Archives) Get(ctx context.Context, org id.Org, sha string) (*Archive, func(), error) {
	key := archiveKey{org, sha}
	a.mu.Lock()
	e, ok := a.byKey[key]
	if ok {
		a.used.MoveToFront(e)
	} else {
		e = a.used.PushFront(&Archive{key: key})
		a.byKey[key] = e
	}
	one := e.Value.(*Archive) //nolint:forcetypeassert // the list holds nothing else
	one.users++
	for a.used.Len() > a.most {
		a.drop(a.used.Back())
	}
	a.mu.Unlock()

	one.open.Do(func() {
		// The archive outlives this request.
		if one.file, one.err = a.files.Open(context.WithoutCancel(ctx), org, sha); one.err == nil {
			one.Tiles, one.err = pmtiles.Open(one.file, one.file.Size())
		}
	})
	if one.err != nil {
		a.mu.Lock()
		if a.byKey[key] == e { // so that the next one tries again
			a.drop(e)
		}
		a.mu.Unlock()
		a.release(one)
		return nil, nil, one.err
	}
	return one, func() { a.release(one) }, nil
}

// drop takes an archive out of the cache. a.mu is held.
func (a *Archives) drop(e *list.Element) {
	one := e.Value.(*Archive) //nolint:forcetypeassert // the list holds nothing else
	a.used.Remove(e)
	delete(a.byKey, one.key)
	one.out = true
	if one.users == 0 {
		one.close()
	}
}

func (a *Archives) release(one *Archive) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if one.users--; one.users == 0 && one.out {
		one.close()
	}
}

func (one *Archive) close() {
	if one.file != nil {
		_ = one.file.Close() // it was only read
		one.file = nil
	}
}

// Close closes what is not in use.
func (a *Archives) Close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.used.Len() > 0 {
		a.drop(a.used.Back())
	}
}

// BlankPNG is the white tile. Writing into memory cannot fail.
func BlankPNG() []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewPaletted(image.Rect(0, 0, sheet.TileSize, sheet.TileSize), color.Palette{color.White}))
	return out.Bytes()
}

// BlankJPEG is the white tile of a picture.
func BlankJPEG() []byte {
	var out bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, sheet.TileSize, sheet.TileSize))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: 50})
	return out.Bytes()
}

// ContentType of a type of tile.
func ContentType(tileType string) string {
	if tileType == "jpg" {
		return "image/jpeg"
	}
	return "image/png"
}
