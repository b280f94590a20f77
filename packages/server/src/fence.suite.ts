import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeClock, fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { connected } from './passage.suite.ts'
import { grantedTokens } from './renewal.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

export const minute = 60_000

/** One provider with strict rotation, an account of it, and as many Sallyports on as many folders as a test needs. */
export interface Fenced {
  readonly provider: LoopbackProvider
  readonly clock: FakeClock
  readonly environment: Readonly<Record<string, string>>
  readonly account: string
  /** The folder in which the account was connected; nothing runs on it. */
  readonly folder: string
  /** Starts one there, with what else its environment says. */
  start(folder?: string, besides?: Readonly<Record<string, string>>): Promise<TestSallyport>
  /** Requests for tokens since the last `provider.forget()`. */
  tokenRequests(): number
}

/** A folder for this test alone, whose content is that of another one. */
export function copyOf(folder: string): string {
  const copy = newFolder()
  cpSync(folder, copy, { recursive: true })
  return copy
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function fenced(given: Readonly<Record<string, string>> = {}): Promise<Fenced> {
  const clock = fakeClock()
  const provider = await loopbackProvider({ clock })
  onTestFinished(() => provider.close())
  const folder = newFolder()
  const environment = { SALLYPORT_ADMIN_KEY: `admin-${randomBytes(24).toString('hex')}`, ...given }
  const start: Fenced['start'] = async (on = folder, besides = {}) => {
    const sallyport = await startSallyport({ ...environment, ...besides }, on, clock)
    onTestFinished(() => sallyport.close({ keep: true }))
    return sallyport
  }
  const first = await startSallyport(environment, folder, clock)
  const auth = {
    ...{ type: 'oauth2', clientId: 'client', clientSecret: 'client-secret' },
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
    revokeUrl: `${provider.origin}/revoke`,
  }
  const secret = await grantedTokens(provider, clock)
  const account = await connected(first, { baseUrl: `${provider.origin}/api`, auth }, { secret })
  await first.close({ keep: true })
  provider.forget()
  const tokenRequests = () => provider.received('POST /token').length
  return { provider, clock, environment, account, folder, start, tokenRequests }
}

/** Calls the API once; what of the reply says how it went. */
export async function outcome(sallyport: TestSallyport, account: string): Promise<string> {
  const { status, body } = await sallyport.request('GET', `/proxy/${account}/me`)
  return status === 200 ? `token ${body.tokenNumber}` : body.code
}

/** What the fence says of itself. */
export async function readiness(sallyport: TestSallyport): Promise<TestReply> {
  return sallyport.request('GET', '/readyz', undefined, { key: null })
}

/** How often it was logged that renewals stopped, and that they go on. */
export function turns(sallyport: TestSallyport): readonly [stopped: number, goesOn: number] {
  const lines = sallyport.logged().split('\n')
  const of = (level: number, message: string) =>
    lines.filter((line) => line.includes(`"level":${level}`) && line.includes(`"msg":"${message}"`)).length
  return [of(50, 'renewals stopped'), of(30, 'renewals go on')]
}
