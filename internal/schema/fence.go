package schema

import (
	"context"
	"database/sql"

	"plumbline/internal/fault"
)

// fenceText puts every table with an org_id under row-level security. It is
// repeatable; the advisory lock keeps two starting nodes apart.
const fenceText = `do $fence$
declare
    t text;
begin
    perform pg_advisory_xact_lock(7205759);
    for t in
        select c.relname from pg_class c
        join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
        where c.relkind in ('r', 'p')
          and not (c.relrowsecurity and c.relforcerowsecurity
                   and exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant'))
        order by c.relname
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('drop policy if exists tenant on %I', t);
        execute format('create policy tenant on %I using (nullif(current_setting(''plumbline.org'', true), '''') in (''*'', org_id))', t);
    end loop;
end
$fence$`

func fence(ctx context.Context, pool *sql.DB) error {
	if _, err := pool.ExecContext(ctx, fenceText); err != nil {
		return fault.New(fault.Other, "", "row-level security could not be set up").Because(err)
	}
	return nil
}
