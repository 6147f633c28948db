package front

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"plumbline/internal/app/config"
	"plumbline/internal/fault"
)

// Ready asks the private listener of the program that runs, as a container's
// health check does.
func Ready(ctx context.Context, c config.Config) error {
	if c.Monitoring.Listen == "" {
		return fault.New(fault.Invalid, "not-monitored", "only a private listener is asked: set monitoring.listen")
	}
	network, address := config.Address(c.Monitoring.Listen)
	t := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/readyz", nil)
	if err != nil {
		return err
	}
	res, err := (&http.Client{Transport: t}).Do(r)
	if err != nil {
		return fault.New(fault.Unavailable, "nobody-listens", "nobody answers at "+c.Monitoring.Listen).Because(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fault.New(fault.Unavailable, "not-ready", fmt.Sprintf("it is not ready (%d)", res.StatusCode))
	}
	return nil
}
