import { type SQL, sql } from 'drizzle-orm'
import type { UsedMoment } from '../../core/send/budget.ts'
import { lanes } from '../schema.ts'

/** Of a higher rate than this the moments of a second are too many to be kept in the row. */
const MOST_COUNTED = 32
/** So many spans of moments are kept: one is over, and as many may lie ahead. */
const REMEMBERED = 3
/** By how much of a spacing a request may come closer to one that was late, in its old place. */
const CLOSEST = 0.5
/** And by how much where a place was left empty. */
const CATCHING_UP = 0.1

/** Else PostgreSQL puts each expression wherever it is used, and works it out there anew. */
const ONCE = sql`offset 0`

/** Milliseconds since the epoch. */
export const epochMs = (time: SQL) => sql`date_part('epoch', ${time}) * 1000`

/**
 * The columns `next_at` and `moments` of a lane, as they are once the next moment is taken; it stands last
 * in `moments`.
 *
 * @param rate requests a second, in words of the row
 */
export function takeMoment(rate: SQL, inMs: number, told: UsedMoment[]): SQL {
  return sql`
    select greatest(next_at, moment + spacing),
      (others || moment)[greatest(1, cardinality(others) + 2 - ${REMEMBERED} * many):]
    from (${paceAt(rate)}) pace, lateral (${othersBut(told)}) kept,
      lateral (select clock_timestamp() + ${inMs} * interval '1 millisecond' as soonest) asked,
      lateral (${placesIn()}) place, lateral (${nextMoment(told)}) next`
}

/**
 * How requests are spaced at a rate: `many` of them in any `span`, which is a second or a little more, one
 * each `spacing` where nothing has come between. A high rate is spaced and nothing else.
 */
function paceAt(rate: SQL): SQL {
  return sql`
    select many, many * spacing as span, spacing from (
      select interval '1 second' / rate as spacing,
        case when rate > ${MOST_COUNTED} then 1 else ceil(rate)::int end as many
      from (select ${rate} as rate) r
    ) s ${ONCE}`
}

/** The moments of before, in order: without those that nothing left at, and late where a request was. */
function othersBut(told: UsedMoment[]): SQL {
  const ids = sql.param(told.map(({ moment }) => moment))
  const lateMs = sql.param(told.map(used => used.lateMs))
  return sql`
    select array(
      select m + coalesce(late_ms, 0) * interval '1 millisecond' from unnest(${lanes.moments}) m
      left join unnest(${ids}::float8[], ${lateMs}::float8[]) told (id, late_ms) on id = ${epochMs(sql`m`)}
      where id is null or late_ms is not null order by 1
    ) as others ${ONCE}`
}

/** When the place behind all others is `free`, and whether the `soonest` moment `fits` among them. */
function placesIn(): SQL {
  return sql`
    select others[cardinality(others) - many + 1] + span as free, not exists (
      select from (
        select lead(m, many) over (order by m) - m as between from unnest(others || soonest) m
      ) s where between < span
    ) and (cardinality(${lanes.moments}) < ${REMEMBERED} * many or others[1] < soonest - span) as fits
    ${ONCE}`
}

/**
 * Whoever gives a moment back, because it is late, leaves at once if no span then sees too many: that
 * delays one request in each span, where a place behind all others would delay several. Where moments
 * were lost otherwise, the next ones come a little closer until what the last half of a span has lost is
 * made good; what is lost for longer is lost, or an idle hour would end in a burst.
 */
function nextMoment(told: UsedMoment[]): SQL {
  const isExchanged = told.some(({ lateMs }) => lateMs === null)
  return sql`
    select case when ${isExchanged} and fits then soonest
      else greatest(soonest, free, next_at - spacing * case
        when free >= next_at - spacing then ${CLOSEST}::float8
        when free > next_at - spacing - span / 2 then ${CATCHING_UP}::float8 else 0 end)
      end as moment ${ONCE}`
}
