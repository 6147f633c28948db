package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"plumbline/internal/fault"
)

const (
	codeBusy        = "busy"
	codeUnreachable = "database-unreachable"
)

func exists(err error) error {
	return fault.New(fault.Conflict, "exists", "there is such a row already").Because(err)
}

func inUse(err error) error {
	return fault.New(fault.Conflict, "in-use-or-missing", "a row that is needed is missing, or one that is to go is in use").Because(err)
}

func constraint(err error) error {
	return fault.New(fault.Invalid, "constraint", "a row breaks a rule of its table").Because(err)
}

func badValue(err error) error {
	return fault.New(fault.Invalid, "bad-value", "a value does not fit its column").Because(err)
}

func busy(err error) error {
	return fault.New(fault.Unavailable, codeBusy, "the database is busy").Because(err)
}

func unreachable(err error) error {
	return fault.New(fault.Unavailable, codeUnreachable, "the database does not answer").Because(err)
}

// again reports whether a transaction that failed so should be run again: it
// was rolled back because of others, or never reached its commit.
func again(err error) bool {
	var f *fault.Error
	for e := err; errors.As(e, &f); e = f.Cause {
		if f.Kind == fault.Unavailable && (f.Code == codeBusy || f.Code == codeUnreachable) {
			return true
		}
		if f.Cause == nil {
			break
		}
	}
	return false
}

// translate makes a driver's error a fault. A fault and the end of a context
// stay what they are.
func translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if f := sqliteFault(err); f != nil {
		return f
	}
	if f := postgresFault(err); f != nil {
		return f
	}
	if errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) {
		return unreachable(err)
	}
	return fault.New(fault.Other, "", "the database refused a statement").Because(err)
}

// pause waits a little longer each time, with jitter so that rivals part.
func pause(ctx context.Context, n int) error {
	top := min(5*time.Millisecond<<n, 500*time.Millisecond)
	timer := time.NewTimer(top/4 + rand.N(top))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
