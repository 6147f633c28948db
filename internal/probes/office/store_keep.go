package office

import (
	"context"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/id"
)

// Time cannot be moved on a running installation: these make what belongs to
// made-up accounts older than it is, and look at it.

func everyone() db.Scope { return db.Everyone("made-up accounts are the operator's") }

func (w World) putResult(ctx context.Context, a id.Account, key string, at time.Time) error {
	return w.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into mutation (account, id, org_id, fingerprint, status, at) values ($1, $2, '', $3, 200, $4)`, a, key, []byte{}, at.UnixMicro())
		return err
	})
}

func (w World) results(ctx context.Context, a id.Account) (map[string]bool, error) {
	have := map[string]bool{}
	err := w.DB.Read(ctx, everyone(), func(tx *db.Tx) error {
		ids, err := db.All(tx, db.Value1[string], `select id from mutation where account = $1 and org_id >= ''`, a)
		for _, i := range ids {
			have[i] = true
		}
		return err
	})
	return have, err
}

func (w World) agedAccount(ctx context.Context, a id.Account, used time.Time) error {
	return w.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into account_use (account_id, used_at) values ($1, $2) on conflict (account_id) do update set used_at = excluded.used_at`, a, used.UnixMicro())
		return err
	})
}

func (w World) agedNotice(ctx context.Context, a id.Account, by time.Duration) error {
	return w.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		_, err := tx.Exec(`update unused_notice set at = at - $2 where account_id = $1`, a, by.Microseconds())
		return err
	})
}

func (w World) queued(ctx context.Context, a id.Account, template string) (found bool, err error) {
	err = w.DB.Read(ctx, everyone(), func(tx *db.Tx) error {
		_, found, err = db.Maybe(tx, db.Value1[string], `select id from mail where org_id >= '' and recipient_id = $1 and template = $2`, a, template)
		return err
	})
	return found, err
}

func (w World) underErasure(ctx context.Context, a id.Account) (found bool, err error) {
	err = w.DB.Read(ctx, everyone(), func(tx *db.Tx) error {
		_, found, err = db.Maybe(tx, db.Value1[string], `select erasure_id from erasure_subject where org_id >= '' and subject_id = $1`, a)
		return err
	})
	return found, err
}
