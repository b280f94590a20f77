import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { readConfig } from './config.ts'
import { startListening } from './listening.ts'
import { composeRealms, type Deployment } from './realms.ts'
import { freePort, send, type TestReply } from './sallyport.suite.ts'

type Environment = Readonly<Record<string, string>>

/** One realm, and a key of its first organization that may do everything. */
export interface TestRealm {
  readonly publicUrl: string
  readonly key: string
  request(method: string, path: string, body?: unknown, key?: string | null): Promise<TestReply>
}

/** Where the realms `us` and `eu` are reached: two hosts of one port. */
export function realmUrls(port: number): { readonly us: string; readonly eu: string } {
  return { us: `http://127.0.0.1:${port}`, eu: `http://localhost:${port}` }
}

/** What configures two realms; `databases` in place of embedded ones in folders of their names. */
export function realmsEnvironment(
  port: number,
  folder: string,
  databases: { readonly us?: string; readonly eu?: string } = {},
): Environment {
  const urls = realmUrls(port)
  const of = (realm: 'us' | 'eu') => ({
    publicUrl: urls[realm],
    databaseUrl: databases[realm] ?? `sqlite:${join(folder, realm)}`,
  })
  return {
    SALLYPORT_PORT: String(port),
    SALLYPORT_DATA_DIR: folder,
    SALLYPORT_REALMS: JSON.stringify({ us: of('us'), eu: of('eu') }),
    SALLYPORT_ADMIN_KEY: `admin-${randomBytes(24).toString('hex')}`,
    SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8',
    SALLYPORT_PRACTICE: 'off',
  }
}

/** A folder that goes with the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-realms-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Two realms in this process, stopped with the test. */
export async function startRealms(environment: Environment = {}): Promise<{
  readonly us: TestRealm
  readonly eu: TestRealm
  readonly port: number
  readonly folder: string
  readonly deployment: Deployment
}> {
  const [port, folder] = [await freePort(), newFolder()]
  const settings = { ...realmsEnvironment(port, folder), ...environment }
  const read = readConfig(settings)
  if ('faults' in read) throw new Error(read.faults.join(' '))
  const deployment = await composeRealms(read.config, pino({ level: 'silent' }))
  onTestFinished(() => deployment.close(0))
  const [offer] = await startListening(deployment, read.config)
  if (offer?.realm !== 'eu') throw new Error('It is the second realm that is to be set up.')
  const urls = realmUrls(port)
  const eu = testRealm(urls.eu, await firstKeyOf(urls.eu, offer.token))
  return { us: testRealm(urls.us, settings.SALLYPORT_ADMIN_KEY ?? ''), eu, port, folder, deployment }
}

export function testRealm(publicUrl: string, key: string): TestRealm {
  return {
    publicUrl,
    key,
    request: (method, path, body, other = key) =>
      send(`${publicUrl}${path}`, method, body, { key: other, headers: {} }),
  }
}

/** Sets a realm up. */
export async function firstKeyOf(publicUrl: string, token: string): Promise<string> {
  const reply = await send(`${publicUrl}/setup`, 'POST', { token }, { key: null, headers: {} })
  if (reply.status !== 201) throw new Error(`set-up answered ${reply.status}: ${reply.text}`)
  return reply.body.key
}
