//go:build unix

package raster

import "golang.org/x/sys/unix"

// reserve is address space that costs nothing until it is touched; nil if
// there is none to be had.
func reserve(size int) []byte {
	b, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil
	}
	return b
}
