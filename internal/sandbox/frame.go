package sandbox

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"plumbline/internal/fault"
)

// Kinds of frame.
const (
	frameRequest  = 'q'
	frameProgress = 'p'
	frameResult   = 'r'
	frameFault    = 'f'
)

const maxRequest = 1 << 20

var errFrame = errors.New("a frame that breaks the protocol")

type request struct {
	Handler string          `json:"handler"`
	Args    json.RawMessage `json:"args"`
	Files   int             `json:"files"`
	Limits  Limits          `json:"limits"`
}

type progressBody struct {
	Done  int `json:"done"`
	Total int `json:"total"`
}

type faultBody struct {
	Kind    fault.Kind `json:"kind"`
	Code    string     `json:"code"`
	Message string     `json:"message"`
	Cause   string     `json:"cause,omitempty"`
}

func writeFrame(w io.Writer, kind byte, body []byte) error {
	b := make([]byte, 5, 5+len(body))
	b[0] = kind
	binary.BigEndian.PutUint32(b[1:], uint32(len(body))) //nolint:gosec // bodies are far below 4 GiB
	_, err := w.Write(append(b, body...))
	return err
}

// readFrame reads one frame; io.EOF means that there are no more.
func readFrame(r io.Reader, limit int64) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errFrame
		}
		return 0, nil, err
	}
	n := int64(binary.BigEndian.Uint32(head[1:]))
	if n > limit {
		return 0, nil, errFrame
	}
	body = make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return 0, nil, errFrame
	}
	return head[0], body, nil
}

// faultOf takes a fault from the child: only of a kind that a file can cause,
// with a code in the usual form and a short plain message.
func faultOf(body []byte) error {
	var f faultBody
	if err := json.Unmarshal(body, &f); err != nil {
		return crashed(err)
	}
	switch f.Kind {
	case fault.Unreadable, fault.TooLarge, fault.Unsupported, fault.Invalid, fault.NotFound, fault.Unavailable:
	default:
		return crashed(errors.New(clean(f.Cause)))
	}
	if !goodCode(f.Code) {
		return crashed(errFrame)
	}
	e := fault.New(f.Kind, f.Code, clean(f.Message))
	if f.Cause != "" {
		e = e.Because(errors.New(clean(f.Cause)))
	}
	return e
}

func goodCode(s string) bool {
	return s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz-") == ""
}

// clean cuts text to one short printable line.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, s)
	return s[:min(len(s), 300)]
}
