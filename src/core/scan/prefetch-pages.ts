/** The pages of a run, one after the other. */
export interface Scan {
  /**
   * Evaluates the next page of users, plans batches for those who are due and saves how far it got. False
   * after the last page, or if another process scans this run.
   */
  nextPage(): Promise<boolean>
  /** Starts no further page, and resolves when no query of the scan is running. */
  end(): Promise<void>
}

/** What prefetching needs; a `Page` knows which users it is of. */
export interface PageSource<Page> {
  /**
   * Evaluates the users after one (null: from the first on). Reports the page's last user as soon as it
   * is known, null if no page follows.
   */
  evaluate(after: string | null, onEnd: (through: string | null) => void): Promise<Page>
  /** Applies an evaluated page if the scan is where it begins. False: the scan is over. */
  apply(page: Page): Promise<boolean>
}

/**
 * Pages that are evaluated at once. Nearly all of a scan is evaluation, which one backend of PostgreSQL
 * does on one core; more than two would take cores from the application on the same server. It also
 * limits how many pages are kept in memory.
 */
const AT_ONCE = 2

type Start = { after: string | null } | null

/**
 * Scans from `cursor` on: while a page is applied, the next ones are evaluated. Evaluation only reads, so
 * a page that turns out to be outdated is thrown away.
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
    // After a failure no further page is evaluated; `nextPage` rejects when it gets to this one.
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
