import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import {
  clientCertificate,
  type PostgresServer,
  postgresServer,
  selfSignedCertificate,
} from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DatabaseRefused } from '../database-refused.ts'
import type { PostgresAddress } from './address.ts'
import { openPostgres } from './open.ts'
import { addressOf } from './postgres.suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-store-'))
const rootCertificateFile = join(folder, 'root.pem')
let server: PostgresServer
let url: string

beforeAll(async () => {
  const tls = await selfSignedCertificate()
  writeFileSync(rootCertificateFile, tls.certificate)
  server = await postgresServer({ tls })
  url = await server.createDatabase()
})

afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

test('a wrong password, user or database is named, without the password', async () => {
  await refused(url.replace(server.password, 'not-this-one'), 'refuses the password of "sallyport"')
  await refused(url.replace('//sallyport:', '//nobody:'), 'refuses the password of "nobody"')
  await refused(url.replace(/\/test_\w+$/, '/elsewhere'), 'create database "elsewhere" owner "sallyport"')
})

test('a database that nobody serves is named, with how it fails', async () => {
  await refused(url.replace(/:\d+\//, ':1/'), '(ECONNREFUSED)')
  await refused(url.replace('127.0.0.1', 'db.invalid'), 'cannot be reached')
})

test('a server that does not speak TLS is refused where it is asked for', async () => {
  const plain = createServer((socket) => socket.once('data', () => socket.end('N'))).listen(0, '127.0.0.1')
  await once(plain, 'listening')
  const { port } = plain.address() as AddressInfo
  await refused(`postgres://u:secret@127.0.0.1:${port}/x?sslmode=require`, 'add sslmode=disable')
  plain.close()
})

test('a certificate is proved as sslmode says', async () => {
  await refused(url, 'cannot be trusted', { tls: 'verify-full' })
  await refused(url, 'cannot be trusted', { tls: 'verify-ca' })
  const other = join(folder, 'other.pem')
  writeFileSync(other, (await clientCertificate('other')).certificate)
  await refused(url, 'cannot be trusted', { tls: 'verify-full', rootCertificateFile: other })
  await refused(url, 'sslrootcert cannot be read (ENOENT)', {
    tls: 'verify-full',
    rootCertificateFile: join(folder, 'none.pem'),
  })
  const byName = addressOf(url, { host: 'localhost' })
  const trusted: PostgresAddress[] = [
    { ...byName, tls: 'verify-full', rootCertificateFile },
    { ...byName, tls: 'verify-ca', rootCertificateFile },
    { ...byName, tls: 'require' },
  ]
  for (const address of trusted) await (await openPostgres(address)).close()
})

test('a user who may not create tables is named before anything is there', async () => {
  const database = url.slice(url.lastIndexOf('/') + 1)
  await server.query(
    url,
    `create role reader login password 'reader'; grant connect on database ${database} to reader`,
  )
  const opened = await openPostgres(addressOf(url.replace(/\/\/.*@/, '//reader:reader@')))
  await expect(opened.migrate()).rejects.toThrow('Make it the owner')
  await opened.close()
})

async function refused(to: string, text: string, change: Partial<PostgresAddress> = {}): Promise<void> {
  const address = addressOf(to, change)
  const failure = await openPostgres(address).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(DatabaseRefused)
  expect(String(failure)).toContain(text)
  const password = address.password?.reveal() ?? ''
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(password)
}
