package drawing

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

// archives keeps the directories of the tile archives used last in memory.
type archives struct {
	files *media.Files
	most  int

	mu    sync.Mutex
	byKey map[archiveKey]*list.Element
	used  *list.List // of *archive, last used first
}

type archiveKey struct {
	org id.Org
	sha string
}

type archive struct {
	key   archiveKey
	open  sync.Once
	file  blob.Reader
	tiles *pmtiles.Archive
	err   error

	users int  // guarded by archives.mu
	out   bool // no longer in the cache: the last user closes
}

func newArchives(files *media.Files, most int) *archives {
	return &archives{files: files, most: most, byKey: map[archiveKey]*list.Element{}, used: list.New()}
}

// get opens an archive or finds it open. The caller must call done.
func (a *archives) get(ctx context.Context, org id.Org, sha string) (*archive, func(), error) {
	key := archiveKey{org, sha}
	a.mu.Lock()
	e, ok := a.byKey[key]
	if ok {
		a.used.MoveToFront(e)
	} else {
		e = a.used.PushFront(&archive{key: key})
		a.byKey[key] = e
	}
	one := e.Value.(*archive) //nolint:forcetypeassert // the list holds nothing else
	one.users++
	for a.used.Len() > a.most {
		a.drop(a.used.Back())
	}
	a.mu.Unlock()

	one.open.Do(func() {
		// The archive outlives this request.
		if one.file, one.err = a.files.Open(context.WithoutCancel(ctx), org, sha); one.err == nil {
			one.tiles, one.err = pmtiles.Open(one.file, one.file.Size())
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
func (a *archives) drop(e *list.Element) {
	one := e.Value.(*archive) //nolint:forcetypeassert // the list holds nothing else
	a.used.Remove(e)
	delete(a.byKey, one.key)
	one.out = true
	if one.users == 0 {
		one.close()
	}
}

func (a *archives) release(one *archive) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if one.users--; one.users == 0 && one.out {
		one.close()
	}
}

func (one *archive) close() {
	if one.file != nil {
		_ = one.file.Close() // it was only read
		one.file = nil
	}
}

// close closes what is not in use.
func (a *archives) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.used.Len() > 0 {
		a.drop(a.used.Back())
	}
}

// blankPNG and blankJPEG are the white tile. Writing into memory cannot fail.
func blankPNG() []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewPaletted(image.Rect(0, 0, sheet.TileSize, sheet.TileSize), color.Palette{color.White}))
	return out.Bytes()
}

func blankJPEG() []byte {
	var out bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, sheet.TileSize, sheet.TileSize))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: 50})
	return out.Bytes()
}

// contentType of a type of tile.
func contentType(tileType string) string {
	if tileType == "jpg" {
		return "image/jpeg"
	}
	return "image/png"
}
