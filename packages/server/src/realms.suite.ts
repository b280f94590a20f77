import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { readConfig } from './config.ts'
import { type SetupOffer, startListening } from './listening.ts'
import { composeRealms } from './realms.ts'
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

interface Databases {
  readonly us?: string
  readonly eu?: string
}

/** What configures two realms; `databases` in place of embedded ones in folders of their names. */
export function realmsEnvironment(port: number, folder: string, databases: Databases = {}): Environment {
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

/** Has something done once the test, or whatever else it is, has ended. */
type AtEnd = (work: () => Promise<void> | void) => void

/** A folder that goes with the test. */
export function newFolder(atEnd: AtEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-realms-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Two realms in this process, stopped with the test. */
export interface StartedRealms {
  readonly us: TestRealm
  readonly eu: TestRealm
  readonly port: number
  close(drain?: number): Promise<void>
  /** What they offered to set up with; it has been used where there is an admin key. */
  readonly offers: readonly SetupOffer[]
}

/** Starts them; an empty value in `environment` takes a variable away. `databases` as for `realmsEnvironment`. */
export async function startRealms(
  environment: Environment = {},
  atEnd: AtEnd = onTestFinished,
  databases: Databases = {},
): Promise<StartedRealms> {
  const port = await freePort()
  const settings = { ...realmsEnvironment(port, newFolder(atEnd), databases), ...environment }
  const read = readConfig(Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== '')))
  if ('faults' in read) throw new Error(read.faults.join(' '))
  const deployment = await composeRealms(read.config, pino({ level: 'silent' }))
  let closed: Promise<void> | undefined
  const close = (drain = 0) => {
    closed ??= deployment.close(drain)
    return closed
  }
  atEnd(() => close())
  const offers = await startListening(deployment, read.config)
  const urls = realmUrls(port)
  const adminKey = settings.SALLYPORT_ADMIN_KEY ?? ''
  const keyOfEu = adminKey === '' ? '' : await firstKeyOf(urls.eu, offers[0]?.token ?? '')
  return { us: testRealm(urls.us, adminKey), eu: testRealm(urls.eu, keyOfEu), port, close, offers }
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
