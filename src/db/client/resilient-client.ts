import type { Sql } from 'postgres'
import { isLostConnection, QueryTimeoutError } from './lost-connection.ts'
import { PIN_TRANSACTION } from './pinned-settings.ts'
import { PREPARED } from './prepared-sql.ts'

export interface ResilientOptions {
  /** Whether a connection keeps its session, and with it the prepared statements. */
  prepare: boolean
  /** Milliseconds after which a query without an answer fails. */
  limitMs: number
  /** Whether to pin the settings in each transaction, wrapping a single statement in one. */
  pin: boolean
  onLost(error: Error): void
  onBack(): void
}

type Unsafe = (...args: Parameters<Sql['unsafe']>) => ReturnType<Sql['unsafe']>
/** Fields of postgres.js queries that its types leave out. */
type Pending = Promise<unknown> & {
  reject(error: Error): void
  /** The backend that runs it, once it was sent. */
  state: object | null
  canceller: ((query: unknown) => Promise<unknown>) | null
}

/**
 * Makes postgres.js wait for the answer before it sends another query on the same connection
 * (connection.js, `execute`; not in its types). Without it, a pooler in transaction mode loses
 * answers (seen with PgBouncer 1.18). Within a transaction the backend stays.
 */
const NOT_PIPELINED: object = { onexecute() {} }

/** Errors of one incident arrive together; an answered query begun this much later ends it. */
const INCIDENT_MS = 1_000

/**
 * A postgres.js client that survives lost connections; 3.4.9 does not (porsager/postgres #1066,
 * #1154, #1208). After a loss the whole pool is replaced, a lost transaction sends nothing more,
 * and every query has a time limit, at which the server is asked to cancel it.
 */
export function resilientClient(
  open: () => Sql,
  { prepare, limitMs, pin, onLost, onBack }: ResilientOptions,
) {
  const first = open()
  let current = first
  const retired = new Set<Sql>()
  let lostAt = 0
  let isLost = false
  const preparing = (text: string) => ({ prepare: prepare && text.startsWith(PREPARED) })

  function retire(client: Sql, error: Error): void {
    lostAt = performance.now()
    if (!isLost) onLost(error)
    isLost = true
    if (client !== current) return
    // A connection that closed under a deferred write would never write again, yet stay in the pool.
    current = open()
    // Drizzle has changed these in the first client.
    Object.assign(current.options.parsers, first.options.parsers)
    Object.assign(current.options.serializers, first.options.serializers)
    retired.add(client)
    // Queries running on its other connections may finish.
    const end = () => client.end({ timeout: 1 }).finally(() => retired.delete(client))
    setTimeout(end, Math.min(limitMs, 60_000)).unref()
  }

  function answered(begunAt: number): void {
    if (!isLost || begunAt < lostAt + INCIDENT_MS) return
    isLost = false
    onBack()
  }

  /**
   * Rejects a query after the limit. Does not start it: Drizzle first chooses the result format.
   */
  function withTimeLimit<T>(client: Sql, query: T): T {
    const begunAt = performance.now()
    const pending = query as Pending
    const timer = afterLimit(error => {
      cancel(pending)
      pending.reject(error)
    })
    Promise.prototype.then.call(
      query,
      () => {
        clearTimeout(timer)
        answered(begunAt)
      },
      error => {
        clearTimeout(timer)
        if (isLostConnection(error)) retire(client, error)
      },
    )
    return query
  }

  /** Not `query.cancel()`: its promise would reject unhandled if the server is unreachable. */
  function cancel(query: Pending): void {
    if (query.state) query.canceller?.(query).catch(() => {})
  }

  function afterLimit(reject: (error: Error) => void): NodeJS.Timeout | undefined {
    if (!Number.isFinite(limitMs)) return undefined
    return setTimeout(() => reject(new QueryTimeoutError(limitMs)), limitMs)
  }

  function begin<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = current
    return new Promise((resolve, reject) => {
      let loss: Error | undefined
      const lose = (error: Error) => {
        loss ??= error
        clearTimeout(timer)
        retire(client, error)
        reject(error)
      }
      // Acquiring a connection and committing have a limit each; each query in between has its own.
      let timer = afterLimit(lose)
      const guard = (sql: Sql): Sql => {
        const unsafe: Unsafe = (text, parameters, options) => {
          if (loss) throw loss
          return withTimeLimit(
            client,
            sql.unsafe(text, parameters, { ...options, ...preparing(text) }),
          )
        }
        const savepoint = (inner: (sql: Sql) => unknown) =>
          (sql as unknown as { savepoint: typeof client.begin }).savepoint(nested =>
            inner(guard(nested as unknown as Sql)),
          )
        return { options: sql.options, unsafe, savepoint } as unknown as Sql
      }
      // Never settles once the connection is lost: postgres.js would send `rollback` over it all
      // the same, perhaps into the transaction of another user of the connection.
      const guarded = (sql: unknown) =>
        new Promise<T>((done, fail) => {
          clearTimeout(timer)
          // Not awaited: the next query is sent right behind it and answered after it.
          const pinned = pin
            ? withTimeLimit(client, (sql as Sql).unsafe(PIN_TRANSACTION))
            : undefined
          pinned?.catch(() => {})
          work(guard(sql as Sql)).then(
            result => {
              if (loss) return
              timer = afterLimit(lose)
              done(result)
            },
            error => {
              if (loss || isLostConnection(error)) lose(error)
              else fail(error)
            },
          )
        })
      client.begin(guarded).then(
        result => {
          clearTimeout(timer)
          resolve(result as T)
        },
        error => {
          clearTimeout(timer)
          if (isLostConnection(error)) lose(error)
          else reject(error)
        },
      )
    })
  }

  /** Runs a statement in a transaction that pins the settings; begins when it is awaited. */
  function pinnedStatement(...[text, parameters, options]: Parameters<Unsafe>) {
    let begun: Promise<unknown> | undefined
    const run = (inRows: boolean) => {
      begun ??= begin(async sql => {
        const query = sql.unsafe(text, parameters, options)
        return inRows ? await query.values() : await query
      })
      return begun
    }
    // The part of a query that Drizzle uses.
    return {
      values: () => run(true),
      // biome-ignore lint/suspicious/noThenProperty: a postgres.js query is a thenable that starts when awaited
      then: (...on: Parameters<Promise<unknown>['then']>) => run(false).then(...on),
      catch: (...on: Parameters<Promise<unknown>['catch']>) => run(false).catch(...on),
    } as unknown as ReturnType<Unsafe>
  }

  const unsafe: Unsafe = (text, parameters = [], options = {}) => {
    if (pin) return pinnedStatement(text, parameters, options)
    const client = current
    return withTimeLimit(
      client,
      client.unsafe(text, parameters, { ...options, ...preparing(text), ...NOT_PIPELINED }),
    )
  }
  return {
    sql: { options: first.options, unsafe, begin } as unknown as Sql,
    async end(seconds: number): Promise<void> {
      await Promise.all([current, ...retired].map(client => client.end({ timeout: seconds })))
    },
  }
}
