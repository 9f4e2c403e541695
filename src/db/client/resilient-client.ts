import type { Sql } from 'postgres'
import { isLostConnection, QueryTimeoutError } from './lost-connection.ts'
import { PREPARED } from './prepared-sql.ts'
import { PIN_TRANSACTION } from './search-path.ts'

export interface ResilientOptions {
  /** Whether a connection keeps its session, and so what was prepared in it. */
  prepare: boolean
  /** Milliseconds after which a query without an answer fails. */
  limitMs: number
  /** Whether each transaction sets the search path, and each single statement is given one for it. */
  pin: boolean
  onLost(error: Error): void
  onBack(): void
}

type Unsafe = (...args: Parameters<Sql['unsafe']>) => ReturnType<Sql['unsafe']>
/** What postgres.js's queries have besides, which its types leave out. */
type Pending = Promise<unknown> & {
  reject(error: Error): void
  /** The backend that works on it, once it was sent. */
  state: object | null
  canceller: ((query: unknown) => Promise<unknown>) | null
}

/**
 * postgres.js calls this with the connection it has sent a query on, and sends no further one there
 * before the answer where it gives back nothing (connection.js, `execute`; not in its types). A query
 * sent behind another one loses its answer at a pooler in transaction mode, which by then has given the
 * backend to somebody else: seen with PgBouncer 1.18. Within a transaction the backend stays.
 */
const ALONE: object = { onexecute() {} }

/** Errors of one incident come in together; a query begun this much later tells that it is over. */
const CALM_MS = 1_000

/**
 * A postgres.js client, as far as Drizzle uses one, that survives its connections. postgres.js 3.4.9
 * does not (porsager/postgres #1066, #1154, #1208):
 * - a connection that closes under a deferred write never writes again, and stays in the pool;
 * - a transaction whose connection has closed sends its `rollback`, or what its function does next, over
 *   that connection all the same: it throws outside any promise, or it lands in the transaction of
 *   whoever has the connection by then;
 * - a query may never settle.
 *
 * So: after a loss the whole pool is replaced, a lost transaction sends nothing any more, and every
 * query has a time limit, at which the server is asked to give it up as well: with nobody listening it
 * would wait for its lock all the same.
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
    current = open()
    // What Drizzle has changed in the first client.
    Object.assign(current.options.parsers, first.options.parsers)
    Object.assign(current.options.serializers, first.options.serializers)
    retired.add(client)
    // What is under way on its other connections may end.
    const end = () => client.end({ timeout: 1 }).finally(() => retired.delete(client))
    setTimeout(end, Math.min(limitMs, 60_000)).unref()
  }

  function answered(begunAt: number): void {
    if (!isLost || begunAt < lostAt + CALM_MS) return
    isLost = false
    onBack()
  }

  /** Rejects a query in time. Does not start it: Drizzle has its say about the result first. */
  function limited<T>(client: Sql, query: T): T {
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

  /** Not `query.cancel()`: it lets go of the promise, and where nobody is reached the process would end. */
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
      // Getting a connection and the commit have a limit each; between them each query has its own.
      let timer = afterLimit(lose)
      const guard = (sql: Sql): Sql => {
        const unsafe: Unsafe = (text, parameters, options) => {
          if (loss) throw loss
          return limited(client, sql.unsafe(text, parameters, { ...options, ...preparing(text) }))
        }
        const savepoint = (inner: (sql: Sql) => unknown) =>
          (sql as unknown as { savepoint: typeof client.begin }).savepoint(nested =>
            inner(guard(nested as unknown as Sql)),
          )
        return { options: sql.options, unsafe, savepoint } as unknown as Sql
      }
      // Never settled once the connection is lost: postgres.js would send `rollback` over it.
      const guarded = (sql: unknown) =>
        new Promise<T>((done, fail) => {
          clearTimeout(timer)
          // Not waited for: what comes next is sent right behind it, and answered after it.
          const pinned = pin ? limited(client, (sql as Sql).unsafe(PIN_TRANSACTION)) : undefined
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

  /** A statement in a transaction that pins the search path for it. Begins when somebody waits for it. */
  function pinnedStatement(...[text, parameters, options]: Parameters<Unsafe>) {
    let begun: Promise<unknown> | undefined
    const ask = (inRows: boolean) => {
      begun ??= begin(async sql => {
        const query = sql.unsafe(text, parameters, options)
        return inRows ? await query.values() : await query
      })
      return begun
    }
    // As much of a query as Drizzle makes use of.
    return {
      values: () => ask(true),
      // biome-ignore lint/suspicious/noThenProperty: a query of postgres.js is one that begins late
      then: (...on: Parameters<Promise<unknown>['then']>) => ask(false).then(...on),
      catch: (...on: Parameters<Promise<unknown>['catch']>) => ask(false).catch(...on),
    } as unknown as ReturnType<Unsafe>
  }

  const unsafe: Unsafe = (text, parameters = [], options = {}) => {
    if (pin) return pinnedStatement(text, parameters, options)
    const client = current
    return limited(
      client,
      client.unsafe(text, parameters, { ...options, ...preparing(text), ...ALONE }),
    )
  }
  return {
    sql: { options: first.options, unsafe, begin } as unknown as Sql,
    async end(seconds: number): Promise<void> {
      await Promise.all([current, ...retired].map(client => client.end({ timeout: seconds })))
    },
  }
}
