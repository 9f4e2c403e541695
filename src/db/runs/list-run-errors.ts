import { sql } from 'drizzle-orm'
import { errorCode } from '../../core/audit/outcome.ts'
import type { RunError, RunErrors } from '../../core/runs/run-error.ts'
import type { Database } from '../client/connect.ts'
import { displayName } from '../rules/display-name.ts'
import { attempts, batches, deliveries, notificationEmailsSent, users } from '../schema.ts'

/** The emails that are read; a page follows a run live. */
const READ = 1_000
/** The users that are named for each error. */
const NAMED = 5

type Failure = {
  user_id: string
  has_attempt: boolean
  message: string
  next_at: string | null
}

/** Groups the emails of a run that were not accepted, and users whose claim fails, by error code. */
export async function listRunErrors(db: Database, runId: string): Promise<RunErrors> {
  const failures = await readFailures(db, runId)
  const isSample = failures.length > READ
  const groups = [
    ...Map.groupBy(failures.slice(0, READ), ({ message }) => errorCode(message) ?? 'other'),
  ]
  const named = groups.flatMap(([, group]) => group.slice(0, NAMED).map(of => of.user_id))
  const names = await readNames(db, named)
  const errors = groups.map(([code, group]): RunError => {
    const times = group.flatMap(({ next_at: at }) => (at === null ? [] : [Date.parse(at)]))
    return {
      code,
      example: group[0]?.message ?? '',
      emails: group.length,
      nextAt: times.length > 0 ? new Date(Math.min(...times)) : null,
      hasAttempts: group.some(of => of.has_attempt),
      users: group.slice(0, NAMED).map(({ user_id: userId }) => ({
        userId,
        name: names.get(userId) ?? null,
      })),
    }
  })
  return { errors: errors.sort((one, other) => other.emails - one.emails), isSample }
}

/** Newest first, one more than `READ` at most. An attempt in flight says nothing yet. */
function readFailures(db: Database, runId: string): Promise<Failure[]> {
  return db.execute<Failure>(sql`
    with failed as materialized (
      select d.id, d.user_id, d.error, d.claimed_at,
        case when d.closed_at is null then b.next_attempt_at end as next_at
      from ${deliveries} d join ${batches} b on b.id = d.batch_id
      where d.run_id = ${runId}::uuid and d.state in ('rejected', 'unknown')
      limit ${READ + 1}
    ), unclaimed as (
      select person.id, b.error, b.created_at, b.next_attempt_at
      from ${batches} b cross join unnest(b.user_ids) as person (id)
      where b.run_id = ${runId}::uuid and b.state = 'planned' and b.failures > 0
      limit ${READ + 1}
    )
    select * from (
      select f.user_id, latest.error_message is not null as has_attempt,
        coalesce(f.error, latest.error_message, '') as message,
        to_jsonb(f.next_at) #>> '{}' as next_at, f.claimed_at as at
      from failed f left join lateral (
        select e.error_message from ${attempts} a
        join ${notificationEmailsSent} e on e.id = a.email_id
        where a.delivery_id = f.id and coalesce(e.error_message, '') not like 'pending:%'
        order by a.number desc limit 1
      ) latest on true
      union all
      select id, false, coalesce(error, ''), to_jsonb(next_attempt_at) #>> '{}', created_at
      from unclaimed
    ) failures
    order by at desc, user_id limit ${READ + 1}`)
}

async function readNames(db: Database, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.execute<{ id: string; name: string }>(sql`
    select u.userid as id, ${displayName} as name
    from ${users} u where u.userid = any(${sql.param(ids)}::uuid[])`)
  return new Map(rows.map(({ id, name }) => [id, name]))
}
