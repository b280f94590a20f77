import { hash } from 'node:crypto'
import { foldEmail } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { Clock, Store, ThrottleRecord } from '../ports.ts'

export interface ThrottlePorts {
  readonly store: Store
  readonly clock: Clock
}

/** What attempts are counted by. */
export interface Throttled {
  readonly organizationId: string
  readonly subject: string
  /** So many in a row are taken without a pause. */
  readonly free: number
}

/** A pause is never longer: nobody is locked out for good. */
const longestPause = 300_000
/** After so long without an attempt all is forgotten. */
export const forgottenAfter = 3_600_000
const mostRaces = 5

/** Of one account, whoever tries: its name however it is written, and of names that nobody has just the same. */
export const ofAccount = (organizationId: string, email: string): Throttled => ({
  organizationId,
  subject: `account:${place(`${organizationId}\n${foldEmail(email)}`)}`,
  free: 5,
})

/** Of one network, whatever it tries. */
export const ofNetwork = (organizationId: string, network: string): Throttled => ({
  organizationId,
  subject: `network:${place(network)}`,
  free: 20,
})

/** Of a browser that the person has logged in with before: nobody else's attempts stand in its way. */
export const ofKnownBrowser = (organizationId: string, browser: string): Throttled => ({
  organizationId,
  subject: `browser:${place(browser)}`,
  free: 5,
})

/** Of somebody who is logged in and proves once more who they are. */
export const ofPerson = (organizationId: string, personId: string): Throttled => ({
  organizationId,
  subject: `person:${place(personId)}`,
  free: 5,
})

/**
 * Counts an attempt before it is made, so that many at once are not taken for one.
 *
 * @throws SallyportError limit_reached where the pause after those before it is not over
 */
export async function takeAttempt(ports: ThrottlePorts, throttled: readonly Throttled[]): Promise<void> {
  for (let race = 0; race < mostRaces; race += 1) {
    const now = ports.clock.now()
    const reads = await Promise.all(throttled.map((each) => read(ports, each, now)))
    const nextAt = Math.max(...reads.map((record) => record?.current.nextAt ?? 0))
    if (nextAt > now) throw tooManyAttempts(nextAt - now)
    if (await count(ports, { throttled, reads, now })) return
  }
  throw tooManyAttempts(1000)
}

/** The attempt was a good one: of the account all is forgotten, of the network this attempt alone. */
export async function forgiveAttempt(ports: ThrottlePorts, throttled: readonly Throttled[]): Promise<void> {
  for (const each of throttled) {
    const now = ports.clock.now()
    const known = await read(ports, each, now)
    if (!known) continue
    const failures = each.subject.startsWith('network:') ? Math.max(0, known.current.failures - 1) : 0
    // Where another attempt was counted meanwhile, that one stands.
    await ports.store.loginThrottles.write(
      { ...known.current, failures, nextAt: now, updatedAt: now },
      known.stored,
    )
  }
}

interface Read {
  readonly stored: ThrottleRecord
  readonly current: ThrottleRecord
}

async function read(
  { store }: ThrottlePorts,
  { organizationId, subject }: Throttled,
  now: number,
): Promise<Read | undefined> {
  const stored = await store.loginThrottles.get(organizationId, subject)
  if (!stored) return undefined
  const isForgotten = Math.abs(now - stored.updatedAt) >= forgottenAfter
  return { stored, current: isForgotten ? { ...stored, failures: 0, nextAt: 0 } : stored }
}

async function count(
  { store }: ThrottlePorts,
  what: { throttled: readonly Throttled[]; reads: readonly (Read | undefined)[]; now: number },
): Promise<boolean> {
  for (const [index, { organizationId, subject, free }] of what.throttled.entries()) {
    const known = what.reads[index]
    const failures = (known?.current.failures ?? 0) + 1
    const nextAt = what.now + pauseAfter(failures - free)
    const record = { organizationId, subject, failures, nextAt, updatedAt: what.now }
    if (!(await store.loginThrottles.write(record, known?.stored))) return false
  }
  return true
}

/** One second, then twice as long each time. */
function pauseAfter(tooMany: number): number {
  return tooMany < 0 ? 0 : Math.min(1000 * 2 ** Math.min(tooMany, 20), longestPause)
}

/** One of 65,536 places: names and networks that nobody has fill no database. */
function place(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 4)
}

function tooManyAttempts(milliseconds: number): SallyportError {
  return new SallyportError('limit_reached', {
    message:
      'Too many attempts to log in failed, so the next one has to wait. Nothing was tried. Try again after the time in Retry-After.',
    retryAfterSeconds: Math.ceil(milliseconds / 1000),
  })
}
