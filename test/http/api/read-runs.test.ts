import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { encodeCursor } from '../../../src/http/api/cursor.ts'
import { call, PROBLEM } from '../../support/client.ts'
import { type Service, startService } from '../../support/service.ts'

const startIdleService = () => startService({ env: { ROLE: 'api' } })

/** Starts dry runs, which do not join each other. Resolves to their ids, newest first. */
async function addRuns({ app }: Service, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let at = 0; at < count; at += 1) {
    ids.unshift((await app.runs.start({ type: 'all', trigger: 'cli', dryRun: true })).id)
  }
  return ids
}

async function readPage(service: Service, query: string) {
  const { json } = await call(service, `/v1/runs?${query}`)
  const ids: string[] = json.data.map((run: { id: string }) => run.id)
  return { ids, cursor: json.cursor as string | null }
}

/** Follows the cursors to the end. */
async function readAll(service: Service, limit: number, between = async () => {}) {
  const pages: string[][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await readPage(service, `limit=${limit}${cursor && `&cursor=${cursor}`}`)
    pages.push(page.ids)
    cursor = page.cursor
    await between()
  }
  return pages
}

test('runs are listed newest first, in pages, each once', async () => {
  const service = await startIdleService()
  const ids = await addRuns(service, 7)

  const pages = await readAll(service, 3)

  expect(pages).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)])
})

test('the page with the last run has no cursor', async () => {
  const service = await startIdleService()
  const ids = await addRuns(service, 4)

  expect(await readAll(service, 2)).toEqual([ids.slice(0, 2), ids.slice(2)])
  expect(await readPage(service, 'limit=200')).toEqual({ ids, cursor: null })
})

test('without runs the list is empty', async () => {
  const service = await startIdleService()

  expect((await call(service, '/v1/runs')).json).toEqual({ data: [], cursor: null })
})

test('runs with the same time are neither lost nor repeated', async () => {
  const service = await startIdleService()
  const ids = await addRuns(service, 6)
  await service.db.execute(`update tidings.runs set created_at = '2031-02-03 04:05:06.123456Z'`)

  const pages = await readAll(service, 2)

  expect(pages.flat().sort()).toEqual(ids.sort())
  expect(pages).toHaveLength(3)
})

test('paging is stable while runs are added', async () => {
  const service = await startIdleService()
  const ids = await addRuns(service, 9)

  const pages = await readAll(service, 2, async () => void (await addRuns(service, 2)))

  expect(pages.flat()).toEqual(ids)
})

test('the list does not depend on the database’s time zone', async () => {
  const service = await startIdleService()
  const ids = await addRuns(service, 5)
  const [row] = await service.db.execute<{ name: string }>('select current_database() as name')
  for (const zone of ['Asia/Kathmandu', 'America/St_Johns', 'Pacific/Chatham']) {
    await service.db.execute(`alter database ${row?.name} set timezone = '${zone}'`)
    const other = await startService({ database: service, env: { ROLE: 'api' } })
    expect((await readAll(other, 2)).flat(), zone).toEqual(ids)
  }
})

test('a forged cursor is a 400 that names the cursor', async () => {
  const service = await startIdleService()
  const id = randomUUID()
  const cursors = [
    '',
    'x',
    '%00',
    'null',
    encodeCursor(null),
    encodeCursor([]),
    encodeCursor({ id }),
    encodeCursor({ createdAt: '2031-01-01 00:00:00+00' }),
    encodeCursor({ createdAt: '2031-01-01 00:00:00+00', id: 'x' }),
    encodeCursor({ createdAt: 'yesterday', id }),
    encodeCursor({ createdAt: '1', id }),
    encodeCursor({ createdAt: '2031-02-31 00:00:00+00', id }),
    encodeCursor({ createdAt: '99999-99-99 99:99:99+99', id }),
    encodeCursor({ createdAt: '0000-01-01 00:00:00+00', id }),
    encodeCursor({ createdAt: '2031-01-01T00:00:00+23:59', id }),
    encodeCursor({ createdAt: "2031-01-01'; drop table users; --", id }),
  ]
  for (const cursor of cursors) {
    const reply = await call(service, `/v1/runs?cursor=${cursor}`)
    expect(reply, cursor).toMatchObject({ status: 400, type: PROBLEM })
    expect(reply.json.code).toBe('invalid_request')
    expect(reply.json.errors[0].field, cursor).toMatch(/^cursor/)
  }
})

test('a limit is a whole number from 1 to 200', async () => {
  const service = await startIdleService()
  for (const limit of ['0', '201', '-1', '1.5', 'ten', '', '1e9', '1&limit=2']) {
    const reply = await call(service, `/v1/runs?limit=${limit}`)
    expect(reply, limit).toMatchObject({ status: 400, type: PROBLEM })
    expect(reply.json.errors, limit).toMatchObject([
      { field: 'limit', expected: 'a whole number from 1 to 200' },
    ])
  }
  for (const limit of ['1', '200']) {
    expect((await call(service, `/v1/runs?limit=${limit}`)).status).toBe(200)
  }
})

test('an unknown parameter is refused by name', async () => {
  const service = await startIdleService()

  const reply = await call(service, '/v1/runs?page=2')

  expect(reply.status).toBe(400)
  expect(reply.json.errors).toMatchObject([{ field: 'page' }])
})

test('an unknown run is a 404, an id that is not a UUID a 400', async () => {
  const service = await startIdleService()
  const [id] = await addRuns(service, 1)

  expect((await call(service, `/v1/runs/${id}`)).json).toMatchObject({ id, status: 'queued' })
  const missing = await call(service, `/v1/runs/${randomUUID()}`)
  expect(missing).toMatchObject({ status: 404, type: PROBLEM })
  expect(missing.json.code).toBe('run_not_found')
  const bad = await call(service, '/v1/runs/1')
  expect(bad).toMatchObject({ status: 400, type: PROBLEM })
  expect(bad.json.errors).toMatchObject([{ field: 'id', expected: expect.stringMatching(/UUID/) }])
})
