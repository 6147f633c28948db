package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image/jpeg"
	"strings"

	"plumbline/internal/fault"
)

// Pictures lie over their cells and move with them: all programs show that, and
// few know pictures that are the value of a cell.

// Picture is a picture that a book holds.
type Picture struct{ n, w, h int }

type shown struct {
	Picture
	alt      string
	col, row int
}

const (
	emuPerPixel   = 9525
	pictureMargin = 4 // pixels around a picture in its cell
)

// Picture takes a JPEG into the book, to be shown in any of the sheets that are
// begun after it. A sheet that is being written ends.
func (b *Book) Picture(body []byte) (Picture, error) {
	const op = "tabular.Picture"
	c, err := jpeg.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return Picture{}, fault.Wrap(op, err)
	}
	b.end()
	f, err := b.zip.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("xl/media/image%d.jpeg", b.media+1), Method: zip.Store}) // it is packed already
	if err == nil {
		_, err = f.Write(body)
	}
	if err != nil {
		if b.err == nil {
			b.err = err
		}
		return Picture{}, fault.Wrap(op, err)
	}
	b.media++
	return Picture{b.media, c.Width, c.Height}, nil
}

// high is the height of a row with pictures, which grows with them.
func (s *Sheet) high(cells []Cell) string {
	most := 0
	for _, c := range cells {
		if c.Kind == Image {
			most = max(most, c.Picture.h)
		}
	}
	if most == 0 {
		return ""
	}
	return fmt.Sprintf(` ht="%g" customHeight="1"`, min(float64(most+2*pictureMargin)*0.75, 409)) // points; the format's highest
}

func (b *Book) pictureTypes() string {
	if b.media == 0 {
		return ""
	}
	var t strings.Builder
	t.WriteString(`<Default Extension="jpeg" ContentType="image/jpeg"/>`)
	for i, all := range b.shown {
		if len(all) > 0 {
			fmt.Fprintf(&t, `<Override PartName="/xl/drawings/drawing%d.xml" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>`, i+1)
		}
	}
	return t.String()
}

// drawings are the parts that say where pictures lie.
func (b *Book) drawings() (parts [][2]string) {
	const (
		spreadsheet = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
		drawing     = "http://schemas.openxmlformats.org/drawingml/2006/main"
	)
	for i, all := range b.shown {
		if len(all) == 0 {
			continue
		}
		var d, r strings.Builder
		fmt.Fprintf(&d, `<xdr:wsDr xmlns:xdr="%s" xmlns:a="%s" xmlns:r="%s">`, spreadsheet, drawing, relations)
		for k, p := range all {
			const at = pictureMargin * emuPerPixel
			fmt.Fprintf(&d, `<xdr:oneCellAnchor><xdr:from><xdr:col>%d</xdr:col><xdr:colOff>%d</xdr:colOff><xdr:row>%d</xdr:row><xdr:rowOff>%d</xdr:rowOff></xdr:from><xdr:ext cx="%d" cy="%d"/>`,
				p.col, at, p.row, at, p.w*emuPerPixel, p.h*emuPerPixel)
			fmt.Fprintf(&d, `<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="%d" name="Picture %d" descr="%s"/><xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr>`, k+2, k+1, plain(p.alt))
			fmt.Fprintf(&d, `<xdr:blipFill><a:blip r:embed="rId%d"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>`,
				k+1, p.w*emuPerPixel, p.h*emuPerPixel)
			fmt.Fprintf(&r, `<Relationship Id="rId%d" Type="%s/image" Target="../media/image%d.jpeg"/>`, k+1, relations, p.n)
		}
		d.WriteString(`</xdr:wsDr>`)
		parts = append(parts, [2]string{fmt.Sprintf("xl/drawings/drawing%d.xml", i+1), d.String()},
			[2]string{fmt.Sprintf("xl/drawings/_rels/drawing%d.xml.rels", i+1), `<Relationships xmlns="` + packageRels + `">` + r.String() + `</Relationships>`})
	}
	return parts
}
