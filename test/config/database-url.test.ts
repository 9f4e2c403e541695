import { expect, test } from 'vitest'
import { readDatabaseUrl } from '../../src/config/database-url.ts'
import { faultsOf, secrets } from '../support/environment.ts'

const faultOf = (DATABASE_URL: string, more = {}) => faultsOf({ ...secrets, DATABASE_URL, ...more })

test('all parts of a URL are parsed', () => {
  expect(
    readDatabaseUrl(
      'postgresql://a%40b:p%3Aw%2F@db.example.com:6543/my%20db?application_name=me&options=-c%20jit%3Doff',
    ),
  ).toEqual({
    host: 'db.example.com',
    port: 6543,
    user: 'a@b',
    password: 'p:w/',
    database: 'my db',
    applicationName: 'me',
    options: '-c jit=off',
    sslMode: 'disable',
    tls: false,
  })
})

test.each([
  ['postgres:///db?host=/var/run/postgresql&port=5433', '/var/run/postgresql', 5433],
  ['postgres://%2Fvar%2Frun%2Fpostgresql/db', '/var/run/postgresql', 5432],
  ['postgres://[::1]:5433/db', '::1', 5433],
  ['postgres://127.0.0.1/db', '127.0.0.1', 5432],
  ['postgres:///db', 'localhost', 5432],
])('%s', (url, host, port) => {
  expect(readDatabaseUrl(url)).toMatchObject({ host, port, database: 'db' })
})

test('a Unix socket never uses TLS, whatever the URL requests', () => {
  expect(readDatabaseUrl('postgres:///db?host=/tmp&sslmode=verify-full').tls).toBe(false)
})

test('parameters of libpq, other drivers and poolers are not sent to the server', () => {
  const url = 'postgres://db.example.com/db?channel_binding=require&pgbouncer=true&schema=public'
  expect(readDatabaseUrl(url)).toMatchObject({ options: undefined, applicationName: undefined })
})

test('sslrootcert=system means verify-full, as in libpq', () => {
  const { sslMode, tls } = readDatabaseUrl('postgres://a/b?sslmode=require&sslrootcert=system')
  expect({ sslMode, tls }).toEqual({
    sslMode: 'verify-full',
    tls: { host: 'a', rejectUnauthorized: true },
  })
})

test('an error names the variable and repeats no part of the URL', () => {
  expect(faultOf('postgres://me:secret@a/b?sslmode=strict')).toEqual([
    'DATABASE_URL must have an sslmode that is one of disable, prefer, require, verify-ca, verify-full',
  ])
  expect(faultOf('postgres://me:secret@a/b?sslmode=verify-full&sslrootcert=/none.crt')).toEqual([
    'DATABASE_URL names a file in sslrootcert that cannot be read (ENOENT)',
  ])
  expect(faultOf('postgres://me:100%@a/b')).toEqual([
    'DATABASE_URL has a % that is not part of an escape; write a literal % as %25',
  ])
  expect(faultOf('postgres://a/b', { DIRECT_URL: 'mysql://a/b' })).toEqual([
    'DIRECT_URL must be a postgres:// URL',
  ])
  expect(faultOf('postgres://a/b', { DATABASE_POOLER: 'none' })).toEqual([
    'DATABASE_POOLER must be auto, transaction or session',
  ])
  expect(faultsOf({ ...secrets, DIRECT_URL: 'postgres://a/b' })).toEqual([
    'DIRECT_URL has no effect without DATABASE_URL',
  ])
})
