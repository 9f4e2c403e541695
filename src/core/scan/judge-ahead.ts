/** The pages of a run, one after the other. */
export interface Scan {
  /**
   * Looks at the next page of people, plans batches for the due ones and remembers how far it got.
   * False after the last page, or while another process has this run's scan.
   */
  nextPage(): Promise<boolean>
  /** Begins no further page, and resolves when nothing of the scan is under way. */
  end(): Promise<void>
}

/** What judging ahead needs; a `Page` knows which people it is of. */
export interface AheadPages<Page> {
  /**
   * Judges the people behind somebody (null: from the first on). Tells whom its page ends with as soon as
   * that is known, null where no page is behind it.
   */
  judge(behind: string | null, endsWith: (last: string | null) => void): Promise<Page>
  /** Plans a judged page, if the scan stands where it begins. False: there is nothing to go on with. */
  apply(page: Page): Promise<boolean>
}

/**
 * Pages that are judged at once. Judging is all but the whole of a scan, and one backend of PostgreSQL's
 * at a time leaves its other cores idle; more than two would take them from the application beside us,
 * to tell some seconds earlier who is due. It bounds as well what lies judged and unplanned.
 */
const AT_ONCE = 2

type Place = { behind: string | null } | null

/**
 * Scans from `cursor` on: while a page is applied, the next ones are judged. A judgement reads and holds
 * nothing, so it needs no part in what applies its page, and is thrown away where that comes too late.
 */
export function judgeAhead<Page>(pages: AheadPages<Page>, cursor: string | null): Scan {
  const judged: Promise<Page | null>[] = []
  let next: Promise<Place> = Promise.resolve({ behind: cursor })
  let isOver = false

  function judgeNext(): void {
    const begin = next
    const { promise: end, resolve } = Promise.withResolvers<Place>()
    next = end
    const judge = async () => {
      const place = await begin
      if (!place || isOver) return null
      return pages.judge(place.behind, last => resolve(last === null ? null : { behind: last }))
    }
    // Where it has failed, nothing is judged behind it; whoever takes the page hears why.
    const page = judge()
    page.catch(() => {}).then(() => resolve(null))
    judged.push(page)
  }

  return {
    async nextPage() {
      while (judged.length < AT_ONCE) judgeNext()
      const page = await judged.shift()
      if (!page) return false
      judgeNext()
      return pages.apply(page)
    },
    async end() {
      isOver = true
      await Promise.allSettled(judged)
    },
  }
}
