import type { JwtStep } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import type { Clock } from '../../ports.ts'
import { readJwtKey } from '../../schemes/jwt-key.ts'
import { signedJwt } from '../../schemes/jwt-signing.ts'
import type { Secret } from '../../secret.ts'

/** A JWT step whose templates have been rendered. */
export type RenderedJwt = Pick<
  JwtStep,
  'algorithm' | 'key' | 'keyEncoding' | 'header' | 'payload' | 'expiresInSeconds'
>

/** What signs: the account's secret that the step names. */
export interface JwtStepContext {
  readonly key: Secret
  readonly clock: Clock
}

/** Numbers by their nature (RFC 7519 §2, NumericDate), though templates are text. */
const timeClaims: ReadonlySet<string> = new Set(['iat', 'exp', 'nbf', 'auth_time'])

/**
 * A JWT (RFC 7519), signed: whoever has it may show it, so that it is as secret as a token.
 *
 * @throws SallyportError account_incomplete when the account's key does not sign by the algorithm
 */
export function jwt(step: RenderedJwt, { key, clock }: JwtStepContext): string {
  const { algorithm, keyEncoding } = step
  const text = key.reveal()
  const texts = algorithm.startsWith('HS') ? { secret: text } : { privateKey: text }
  const read = readJwtKey({ algorithm, secretEncoding: keyEncoding }, texts)
  if ('why' in read) {
    const message = `No JWT can be signed by the account’s ${step.key}. ${read.why}`
    throw new SallyportError('account_incomplete', { message })
  }
  const header = present({ typ: 'JWT', ...step.header, alg: algorithm })
  return signedJwt(algorithm, { header, payload: present(claims(step, clock)), key: read.key })
}

function claims({ payload, expiresInSeconds }: RenderedJwt, clock: Clock): Record<string, unknown> {
  const now = Math.floor(clock.now() / 1000)
  const times = expiresInSeconds === undefined ? {} : { iat: now, exp: now + expiresInSeconds }
  const own = Object.entries(payload).map(([name, value]) => {
    const isDigits = timeClaims.has(name) && typeof value === 'string' && /^\d{1,15}$/.test(value)
    return [name, isDigits ? Number(value) : value]
  })
  return { ...times, ...Object.fromEntries(own) }
}

/** Null leaves a claim out. */
function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
