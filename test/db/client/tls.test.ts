import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { explainError } from '../../../src/cli/exit.ts'
import { connect } from '../../../src/db/client/connect.ts'
import { resolveTlsMode, TlsUnavailableError } from '../../../src/db/client/resolve-tls-mode.ts'
import { serverUser } from '../../../src/local/postgres/os-user.ts'
import { type Cluster, startCluster } from '../../../src/local/postgres/start-cluster.ts'
import { createQueue } from '../../../src/queue/queue.ts'
import { findTool, requireTool } from '../../support/tools.ts'

let folder: string
let cluster: Cluster

/** A self-signed certificate for `localhost`. */
async function makeCertificate(name: string): Promise<void> {
  const [key, crt] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync(
    'openssl',
    ['req', '-x509', ...kind, '-days', '2', ...subject, '-keyout', key, '-out', crt],
    { stdio: 'ignore' },
  )
  const user = serverUser()
  if (user) await chown(key, user.uid, user.gid)
  await chmod(key, 0o600)
}

beforeEach(requireTool('openssl'))

beforeAll(async () => {
  if (!findTool('openssl')) return
  folder = await mkdtemp(join(tmpdir(), 'tidings-tls-'))
  await chmod(folder, 0o755)
  await Promise.all([makeCertificate('server'), makeCertificate('other')])
  cluster = await startCluster({
    directory: join(folder, 'postgres'),
    settings: {
      fsync: 'off',
      ssl: 'on',
      ssl_cert_file: join(folder, 'server.crt'),
      ssl_key_file: join(folder, 'server.key'),
      // Clients that present this certificate are identified, but none has to.
      ssl_ca_file: join(folder, 'other.crt'),
    },
  })
})

afterAll(async () => {
  await cluster?.stop()
  if (folder) await rm(folder, { recursive: true, force: true })
})

function urlWith(parameters: Record<string, string>, host = 'localhost'): string {
  const url = new URL(cluster.url())
  url.hostname = host
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** How the server sees the connections of both drivers, or the error that prevents them. */
async function tryBoth(
  url: string,
  column: 'ssl' | 'client_dn' = 'ssl',
): Promise<{ postgres: unknown; pg: unknown }> {
  const { db, close } = connect(url, { max: 1 })
  const queue = createQueue({ url, onError: () => {} })
  try {
    const postgres = await db
      .execute(`select ${column} as value from pg_stat_ssl where pid = pg_backend_pid()`)
      .then(([row]) => row?.value, codeOf)
    const pg = await queue.start().then(async () => {
      const plain = connect(cluster.url(), { max: 1 })
      const [row] = await plain.db.execute(`
        select min(s.${column}::text) as value from pg_stat_ssl s join pg_stat_activity a using (pid)
        where a.application_name = 'tidings-queue'`)
      await plain.close()
      return column === 'ssl' ? row?.value === 'true' : row?.value
    }, codeOf)
    return { postgres, pg }
  } finally {
    await Promise.all([queue.stop(), close()])
  }
}

const codeOf = (error: { code?: string; cause?: { code?: string } }) =>
  error.cause?.code ?? error.code

const file = (name: string) => join(folder, `${name}.crt`)

test.each([
  { sslmode: undefined, encrypted: true },
  { sslmode: 'disable', encrypted: false },
  { sslmode: 'allow', encrypted: true },
  { sslmode: 'prefer', encrypted: true },
  { sslmode: 'require', encrypted: true },
  { sslmode: 'no-verify', encrypted: true },
])('sslmode=$sslmode with a self-signed server certificate', async ({ sslmode, encrypted }) => {
  const url = await resolveTlsMode(urlWith(sslmode ? { sslmode } : {}))
  expect(await tryBoth(url)).toEqual({ postgres: encrypted, pg: encrypted })
})

test('ssl=true, as in other drivers, encrypts', async () => {
  expect(await tryBoth(await resolveTlsMode(urlWith({ ssl: 'true' })))).toEqual({
    postgres: true,
    pg: true,
  })
})

const SELF_SIGNED = 'DEPTH_ZERO_SELF_SIGNED_CERT'
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID'

test.each([
  { sslmode: 'verify-ca', root: undefined, host: 'localhost', outcome: SELF_SIGNED },
  { sslmode: 'verify-full', root: undefined, host: 'localhost', outcome: SELF_SIGNED },
  { sslmode: 'require', root: 'other', host: 'localhost', outcome: SELF_SIGNED },
  { sslmode: 'require', root: 'server', host: '127.0.0.1', outcome: true },
  { sslmode: 'verify-ca', root: 'server', host: '127.0.0.1', outcome: true },
  { sslmode: 'verify-full', root: 'server', host: 'localhost', outcome: true },
  { sslmode: 'verify-full', root: 'server', host: '127.0.0.1', outcome: OTHER_NAME },
])('sslmode=$sslmode with root $root at $host', async ({ sslmode, root, host, outcome }) => {
  const url = await resolveTlsMode(
    urlWith({ sslmode, ...(root && { sslrootcert: file(root) }) }, host),
  )
  expect(await tryBoth(url)).toEqual({ postgres: outcome, pg: outcome })
})

test('sslcert and sslkey identify the client', async () => {
  const clientCertificate = { sslcert: file('other'), sslkey: join(folder, 'other.key') }
  const url = await resolveTlsMode(urlWith({ sslmode: 'require', ...clientCertificate }))
  expect(await tryBoth(url, 'client_dn')).toEqual({
    postgres: '/CN=localhost',
    pg: '/CN=localhost',
  })
})

test('the error for an untrusted certificate is explained', async () => {
  const { db, close } = connect(urlWith({ sslmode: 'verify-full' }), { max: 1 })
  const error = await db.execute('select 1').catch(fault => fault)
  await close()
  expect(explainError(error)).toEqual({
    code: 69,
    lines: [
      expect.stringMatching(/certificate of the database is not trusted: self-signed.+sslrootcert/),
    ],
  })
})

test('without TLS on the server, prefer connects unencrypted and require fails with an explanation', async () => {
  const without = new URL(inject('adminUrl'))
  expect(new URL(await resolveTlsMode(without.href)).searchParams.get('sslmode')).toBe('disable')
  without.searchParams.set('sslmode', 'verify-full')
  const resolving = resolveTlsMode(without.href)
  await expect(resolving).rejects.toThrow(TlsUnavailableError)
  await expect(resolving).rejects.toThrow(/does not support TLS.+sslmode=verify-full/)
})

test('a server that does not answer is left to the drivers', async () => {
  const nowhere = 'postgres://somebody@127.0.0.1:1/host?sslmode=require'
  expect(await resolveTlsMode(nowhere)).toBe(nowhere)
})
