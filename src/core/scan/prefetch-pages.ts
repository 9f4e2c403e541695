export interface Scan {
  /**
   * Evaluates the next page of users, plans batches for the due ones and saves the position. False after
   * the last page, or if another process scans this run.
   */
  nextPage(): Promise<boolean>
  /** Starts no further page, and resolves when no query of the scan is running. */
  end(): Promise<void>
}

/** Where pages come from. A `Page` knows which users it covers. */
export interface PageSource<Page> {
  /**
   * Evaluates the users after `after` (null: from the first). Reports the page's last user as soon as it
   * is known, or null if no page follows.
   */
  evaluate(after: string | null, onEnd: (through: string | null) => void): Promise<Page>
  /** Applies an evaluated page if the scan has reached its start. False: the scan is over. */
  apply(page: Page): Promise<boolean>
}

/**
 * Pages evaluated at once. Evaluation is nearly all of a scan, and each one occupies a core of the database
 * server; more than two would take cores from the application. Also limits memory.
 */
const AT_ONCE = 2

type Start = { after: string | null } | null

/**
 * Scans from `cursor` on and evaluates the next pages while one is applied. Evaluation only reads, so an
 * outdated page can be discarded.
 */
export function prefetchPages<Page>(source: PageSource<Page>, cursor: string | null): Scan {
  const pages: Promise<Page | null>[] = []
  let nextStart: Promise<Start> = Promise.resolve({ after: cursor })
  let isOver = false

  function prefetch(): void {
    const start = nextStart
    const { promise: end, resolve } = Promise.withResolvers<Start>()
    nextStart = end
    const evaluate = async () => {
      const from = await start
      if (!from || isOver) return null
      return source.evaluate(from.after, last => resolve(last === null ? null : { after: last }))
    }
    // After a failure no further page is evaluated; `nextPage` rejects when it reaches this one.
    const page = evaluate()
    page.catch(() => {}).then(() => resolve(null))
    pages.push(page)
  }

  return {
    async nextPage() {
      while (pages.length < AT_ONCE) prefetch()
      const page = await pages.shift()
      if (!page) return false
      prefetch()
      return source.apply(page)
    },
    async end() {
      isOver = true
      await Promise.allSettled(pages)
    },
  }
}
