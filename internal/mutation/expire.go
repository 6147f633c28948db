package mutation

import (
	"time"

	"plumbline/internal/db"
)

// Expire forgets results that are older than an instant.
func Expire(tx *db.Tx, before time.Time) (int64, error) { return purge(tx, before.UnixMicro()) }
