import { type SQL, sql } from 'drizzle-orm'
import { addressSpellings } from '../../core/email-address.ts'
import {
  EmailInFlightError,
  type Erased,
  type ErasureOptions,
} from '../../core/recipients/erasure.ts'
import { lockUsers } from '../claim/lock-users.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { requireDeleteRight } from '../record/require-delete-right.ts'
import { isSuppressed } from '../rules/conditions.ts'
import { hostText } from '../rules/host-text.ts'
import {
  attempts,
  batches,
  changes,
  deliveries,
  events,
  notificationEmailsSent,
  preferences,
  recipients,
  suppressions,
  users,
} from '../schema.ts'
import { eraseContents } from './erase-contents.ts'

/**
 * Removes a user's address and all texts in one transaction, and keeps what is counted. A claim
 * waits for the same lock. Throws, without changes: `EmailInFlightError` during an email to the
 * user, `DeleteNotGrantedError` if rows are to be deleted without the right to.
 */
export function eraseUser(db: Database, userId: string, options: ErasureOptions): Promise<Erased> {
  const id = sql`${userId}::uuid`
  return inTransaction(db, async tx => {
    if (options.rows) await requireDeleteRight(tx)
    await lockBatches(tx, id)
    await lockUsers(tx, [userId])
    if (await isInFlight(tx, id)) throw new EmailInFlightError()
    const addresses = await readAddresses(tx, id)
    // Older versions stored the details of events without knowing which user they were about.
    await tx.execute(sql`
      update ${events} set detail = null where delivery_id is null and detail is not null`)
    await tx.execute(sql`
      update ${recipients} set refused_address = null, refusal = null, refusals = 0,
        resting_address = null, resting_until = null, rests = 0
      where user_id = ${id} and (refused_address is not null or resting_address is not null)`)
    await erasePreferences(tx, id)
    return {
      bodies: await eraseContents(tx, userId),
      errors: await eraseErrors(tx, id, addresses),
      events: await count(
        tx,
        sql`
        update ${events} v set detail = null from ${deliveries} d
        where v.delivery_id = d.id and d.user_id = ${id} and v.detail is not null returning v.id`,
      ),
      suppressions: await eraseSuppressions(tx, addresses, options),
      deliveries: await count(
        tx,
        sql`
        update ${deliveries} set address = '', subject = null
        where user_id = ${id} and (address <> '' or subject is not null) returning id`,
      ),
      rows: options.rows ? await deleteRows(tx, id) : 0,
    }
  })
}

/** Locked before the user, in the same order as claiming and recording, to avoid deadlocks. */
async function lockBatches(tx: Transaction, id: SQL): Promise<void> {
  await tx.execute(sql`
    select from ${batches}
    where id in (select batch_id from ${deliveries} where user_id = ${id})
    order by id for update`)
}

/** True also while other emails of the same request wait: the request may have to be sent again. */
async function isInFlight(tx: Transaction, id: SQL): Promise<boolean> {
  const found = await tx.execute(sql`
    select from ${deliveries} d join ${batches} b on b.id = d.batch_id
    where d.user_id = ${id} and (d.closed_at is null or b.state <> 'resolved') limit 1`)
  return found.length > 0
}

/** In lower case: the current address, and each that was emailed. */
async function readAddresses(tx: Transaction, id: SQL): Promise<string[]> {
  const rows = await tx.execute<{ address: string }>(sql`
    select lower(${hostText(sql`email`)}) as address from ${users} where userid = ${id} and email <> ''
    union select lower(address) from ${deliveries} where user_id = ${id} and address <> ''`)
  return rows.map(row => row.address)
}

/** A pause in force is kept, like a suppression: an erasure lets no emails go. */
async function erasePreferences(tx: Transaction, id: SQL): Promise<void> {
  await tx.execute(sql`
    delete from ${preferences}
    where user_id = ${id} and not coalesce(paused_until > now(), false)`)
  await tx.execute(sql`
    update ${preferences} set frequency = null, hour = null, weekday = null, time_zone = null,
      quiet_hours = null, weekdays = null, muted_types = null, mutes = null
    where user_id = ${id}`)
}

/** A suppression in force is kept without its texts unless it is to be deleted; a lifted one never is. */
async function eraseSuppressions(
  tx: Transaction,
  addresses: string[],
  options: ErasureOptions,
): Promise<number> {
  const spellings = sql`any(${sql.param(addresses.flatMap(addressSpellings))}::text[])`
  const deleted = await count(
    tx,
    sql`
    delete from ${suppressions} b
    where b.address = ${spellings} and (${options.suppression}::boolean or not ${isSuppressed})
    returning b.address`,
  )
  await tx.execute(sql`
    update ${changes} set detail = detail - 'address' where detail ->> 'address' = ${spellings}`)
  await tx.execute(sql`
    update ${suppressions} set note = null where address = ${spellings} and note is not null`)
  return deleted
}

/** The refusal of a request quotes an address in the attempts of every recipient in it. */
async function eraseErrors(tx: Transaction, id: SQL, addresses: string[]): Promise<number> {
  let erased = 0
  for (const address of addresses) {
    // Escape every character but letters and digits.
    const pattern = address.replace(/[^\p{L}\p{N}]/gu, '\\$&')
    erased += await count(
      tx,
      sql`
      update ${notificationEmailsSent} e
      set error_message = regexp_replace(e.error_message, ${pattern}, '[erased]', 'gi')
      where strpos(lower(e.error_message), ${address}) > 0 and (e.user_id = ${id} or e.id in (
        select a.email_id from ${attempts} a join ${deliveries} d on d.id = a.delivery_id
        where d.batch_id in (select batch_id from ${deliveries} where user_id = ${id})))
      returning e.id`,
    )
  }
  return erased
}

async function deleteRows(tx: Transaction, id: SQL): Promise<number> {
  await tx.execute(sql`
    delete from ${attempts} a using ${deliveries} d where d.id = a.delivery_id and d.user_id = ${id}`)
  return count(
    tx,
    sql`
    delete from ${notificationEmailsSent} where user_id = ${id} returning id`,
  )
}

async function count(tx: Transaction, statement: SQL): Promise<number> {
  return (await tx.execute(statement)).length
}
