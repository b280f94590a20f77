import { SallyportError } from '../error.ts'
import type { Clock, SessionRecord } from '../ports.ts'
import type { Principal } from '../principal.ts'
import type { Secret } from '../secret.ts'
import { type LoginPorts, requirePasswordTaken } from './login.ts'
import { forgiveAttempt, ofPerson, takeAttempt } from './login-throttle.ts'
import { takeCode } from './second-factor.ts'
import { type KnownSession, renewSession } from './sessions.ts'

/** How old a person's proof may be for what could do lasting harm (S5). */
const freshMilliseconds = 600_000

/** Refuses a session whose person proved who they are too long ago. Keys prove it each time. @throws SallyportError step_up */
export function requireFreshProof(
  { clock }: { readonly clock: Clock },
  { session }: Pick<Principal, 'session'>,
): void {
  if (session && !isFresh(clock, session)) throw new SallyportError('step_up')
}

export function isFresh(clock: Clock, { authenticatedAt }: Pick<SessionRecord, 'authenticatedAt'>): boolean {
  return clock.now() - authenticatedAt < freshMilliseconds
}

/** How somebody who is logged in proves once more who they are. */
export type FreshProof =
  | { readonly password: string; readonly code?: undefined }
  | { readonly code: string; readonly password?: undefined }

/**
 * Takes another proof, a password or a code, and gives the session a new token.
 *
 * @throws SallyportError login_failed, code_invalid, limit_reached, session_invalid
 */
export async function confirmSession(
  ports: LoginPorts,
  { session, person }: KnownSession,
  proof: FreshProof,
): Promise<Secret> {
  const throttled = [ofPerson(person.organizationId, person.id)]
  await takeAttempt(ports, throttled)
  if (proof.code !== undefined) await takeCode(ports, person, proof.code)
  else {
    await requirePassword(ports, person, proof.password)
    await requirePasswordTaken(ports.store, person)
  }
  const token = await renewSession(ports, session, session)
  await forgiveAttempt(ports, throttled)
  return token
}

/** @throws SallyportError login_failed */
export async function requirePassword(
  ports: Pick<LoginPorts, 'passwords'>,
  person: KnownSession['person'],
  password: string,
): Promise<void> {
  if (!(await ports.passwords.verify(person.passwordHash, password))) {
    throw new SallyportError('login_failed', { message: 'This is not your password. Try again.' })
  }
}
