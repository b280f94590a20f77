import { recorded } from '../audit/record.ts'
import { invalid, SallyportError } from '../error.ts'
import type { PersonChange } from '../person-ports.ts'
import type { PersonRecord, SessionRecord } from '../ports.ts'
import { Secret } from '../secret.ts'
import type { LoginPorts } from './login.ts'
import { forgiveAttempt, ofPerson, takeAttempt } from './login-throttle.ts'
import { passwordFaults } from './password-rules.ts'
import { newRecoveryCodes, recoveryCodeDigest } from './recovery-codes.ts'
import { sealTotp } from './second-factor.ts'
import { type ActingSession, askerOf, renewSession } from './sessions.ts'
import { requireFreshProof, requirePassword } from './step-up.ts'
import { newTotpSecret, totpStep, totpUri } from './totp.ts'

/** What a person sees of themselves. */
export interface OwnAccount {
  readonly person: PersonRecord
  readonly sessions: readonly SessionRecord[]
  readonly recoveryCodes: number
}

export async function readOwnAccount(ports: LoginPorts, { person }: ActingSession): Promise<OwnAccount> {
  const { organizationId, id } = person
  const [sessions, recoveryCodes] = await Promise.all([
    ports.store.sessions.list(organizationId, id),
    ports.store.people.countRecoveryCodes(organizationId, id),
  ])
  return { person, sessions, recoveryCodes }
}

/**
 * Another password, for whoever knows the one there is. All other sessions of the person end, and this one gets a new token.
 *
 * @throws SallyportError input_invalid, login_failed, limit_reached, changed_meanwhile
 */
export async function changePassword(
  ports: LoginPorts,
  acting: ActingSession,
  { current, password }: { readonly current: string; readonly password: string },
): Promise<Secret> {
  const { person, session } = acting
  const throttled = [ofPerson(person.organizationId, person.id)]
  await takeAttempt(ports, throttled)
  await requirePassword(ports, person, current)
  await forgiveAttempt(ports, throttled)
  const faults = passwordFaults(password, person)
  if (faults.length > 0) throw invalid('input_invalid', faults)
  const passwordHash = await ports.passwords.hash(password)
  await update(ports, acting, {
    action: 'password_changed',
    fields: { passwordHash },
    change: { endSessions: { except: session.id } },
  })
  return renewSession(ports, session, session)
}

/** What an authenticator is set up with: shown this once, and kept by nobody until a code of it comes back. */
export interface TotpEnrolment {
  readonly secret: Secret
  readonly uri: Secret
  /** Comes back with the code. */
  readonly enrolment: string
}

const enrolmentMilliseconds = 600_000

/** @throws SallyportError step_up */
export async function offerTotp(
  ports: LoginPorts,
  { person, session }: ActingSession,
  issuer: string,
): Promise<TotpEnrolment> {
  requireFreshProof(ports, { session })
  const secret = newTotpSecret(ports.random)
  const offer = JSON.stringify({ secret: secret.reveal(), at: ports.clock.now() })
  const sealed = await ports.vault.seal('totp_enrolment', enrolmentContext(person), offer)
  const uri = new Secret(totpUri(secret, { issuer, label: person.email }))
  return { secret, uri, enrolment: sealed.toString('base64url') }
}

/**
 * Sets up the authenticator that shows this code. From now on log-ins ask for one.
 *
 * @returns ten recovery codes, shown this once
 * @throws SallyportError step_up, login_expired, code_invalid, changed_meanwhile
 */
export async function enrolTotp(
  ports: LoginPorts,
  acting: ActingSession,
  { enrolment, code }: { readonly enrolment: string; readonly code: string },
): Promise<readonly string[]> {
  const { person, session } = acting
  requireFreshProof(ports, { session })
  const secret = await offeredSecret(ports, person, enrolment)
  const step = totpStep(secret, code, ports.clock.now())
  if (step === undefined) throw new SallyportError('code_invalid')
  const totp = await sealTotp(ports.vault, person, secret)
  const codes = newRecoveryCodes(ports.random)
  const change = { recoveryCodes: digests(person, codes), endSessions: { except: session.id } }
  await update(ports, acting, { action: 'totp_enrolled', fields: { totp }, change })
  // The code that set it up logs nobody in.
  await ports.store.people.takeTotpStep(person.organizationId, person.id, step)
  return codes
}

/** It lies with whoever sets it up, and in no column. */
function enrolmentContext({ organizationId, id }: PersonRecord) {
  const place = { environment: '', table: 'person', column: 'totp_enrolment', generation: 0 }
  return { organizationId, rowId: id, ...place }
}

async function offeredSecret(ports: LoginPorts, person: PersonRecord, enrolment: string): Promise<Secret> {
  const sealed = Buffer.from(enrolment.slice(0, 1000), 'base64url')
  const opened = await ports.vault
    .open('totp_enrolment', enrolmentContext(person), sealed)
    .catch(() => undefined)
  const offer = opened && (JSON.parse(opened) as { readonly secret: string; readonly at: number })
  if (!offer || ports.clock.now() - offer.at >= enrolmentMilliseconds)
    throw new SallyportError('login_expired')
  return new Secret(offer.secret)
}

/** Log-ins ask for no code any more. @throws SallyportError step_up, changed_meanwhile */
export async function removeTotp(ports: LoginPorts, acting: ActingSession): Promise<void> {
  requireFreshProof(ports, acting)
  const change = { recoveryCodes: [] }
  await update(ports, acting, { action: 'totp_removed', fields: { totp: undefined }, change })
}

/** Ten new recovery codes in place of those there are. @throws SallyportError step_up, changed_meanwhile */
export async function replaceRecoveryCodes(
  ports: LoginPorts,
  acting: ActingSession,
): Promise<readonly string[]> {
  requireFreshProof(ports, acting)
  const codes = newRecoveryCodes(ports.random)
  const change = { recoveryCodes: digests(acting.person, codes) }
  await update(ports, acting, { action: 'recovery_codes_replaced', fields: {}, change })
  return codes
}

/** Ends all of a person's sessions but this one. */
export async function endOtherSessions(ports: LoginPorts, acting: ActingSession): Promise<void> {
  const change = { endSessions: { except: acting.session.id } }
  await update(ports, acting, { action: 'sessions_ended', fields: {}, change })
}

interface Update {
  /** Of the person. */
  readonly action: string
  readonly fields: Partial<Pick<PersonRecord, 'passwordHash' | 'totp'>>
  readonly change: PersonChange
}

async function update(ports: LoginPorts, acting: ActingSession, { action, fields, change }: Update) {
  const { person } = acting
  const next = { ...person, ...fields, updatedAt: ports.clock.now(), version: person.version + 1 }
  const deed = {
    action: `user.${action}`,
    target: { kind: 'user', id: person.id, name: person.email },
    changes: Object.keys(fields).map((name) => ({ field: `/${name}`, secret: true as const })),
  }
  const isDone = await recorded(ports.store, askerOf(acting), deed, (store) =>
    store.people.update(next, change),
  )
  if (!isDone) throw new SallyportError('changed_meanwhile')
  ports.changed()
}

function digests(person: PersonRecord, codes: readonly string[]): readonly Buffer[] {
  return codes.flatMap((code) => recoveryCodeDigest(person.id, code) ?? [])
}
