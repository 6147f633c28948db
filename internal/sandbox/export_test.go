package sandbox

import "io"

// ReadAnswer is the reader of a child's frames, for the fuzz test.
func ReadAnswer(r io.Reader, limit int64, progress func(done, total int)) ([]byte, error) {
	a := readAnswer(r, limit, progress)
	return a.result, a.err
}
