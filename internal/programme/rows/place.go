package rows

import "plumbline/internal/programme/live"

const step = 1 << 20

// Place gives every line a position above that of the line before it, and keeps
// those that have a fitting one: few rows are written when few lines move.
func Place(lines []live.Line) {
	// The longest run that already rises is not worth finding: moved lines come
	// without a position, and what is out of order is given one.
	last := int64(0)
	for i := 0; i < len(lines); {
		if lines[i].Position > last {
			last = lines[i].Position
			i++
			continue
		}
		j := i
		for j < len(lines) && lines[j].Position <= last {
			j++
		}
		next := last + int64(j-i+1)*step
		if j < len(lines) {
			next = lines[j].Position
		}
		gap := (next - last) / int64(j-i+1)
		if gap == 0 {
			for k := range lines {
				lines[k].Position = int64(k+1) * step
			}
			return
		}
		for k := i; k < j; k++ {
			lines[k].Position = last + int64(k-i+1)*gap
		}
		last = lines[j-1].Position
		i = j
	}
}
