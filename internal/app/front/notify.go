package front

import (
	"context"
	"net"
	"os"
	"time"
)

// notify tells systemd, where it started us, how we are: sd_notify(3).
func notify(state string) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return
	}
	if path[0] == '@' {
		path = "\x00" + path[1:]
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return // systemd gives up on us in time, and says so
	}
	_, _ = c.Write([]byte(state))
	_ = c.Close()
}

// answers reports whether somebody listens at a socket's path.
func answers(ctx context.Context, path string) bool {
	c, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", path)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
