import type { AuthErrors, Definition, ExpiryUnit, RateLimit } from '@sallyport/contract'
import { jsonReply, type ProviderReply } from '../message.ts'
import type { Context } from './context.ts'
import { digestChallenge } from './digest.ts'
import { ReplyDocument } from './pointer.ts'

interface Rule {
  readonly statuses?: readonly number[] | undefined
  readonly path?: string | undefined
  readonly values?: readonly string[] | undefined
}

/** How the API says that it does not take a credential. */
export function rejectedReply(context: Context, reasons: readonly string[]): ProviderReply {
  const { definition } = context
  const rule: Rule = authErrorsOf(definition) ?? {}
  const status = rule.statuses?.[0] ?? 401
  const document = ruled(rule)
  if (rule.path === undefined)
    document.put('/error', 'invalid_token').put('/error_description', reasons.join('; '))
  const challenge = challenges[definition.auth.type]?.(context)
  if (status === 401 && challenge !== undefined) document.headers['WWW-Authenticate'] = challenge
  return jsonReply(status, document.body, document.headers)
}

const bearer = () => 'Bearer error="invalid_token"'
const challenges: Readonly<Record<string, (context: Context) => string>> = {
  oauth2: bearer,
  custom_token: bearer,
  basic: () => 'Basic realm="emulated", charset="UTF-8"',
  digest: digestChallenge,
  oauth1: () => 'OAuth realm="emulated"',
}

/** Seconds after which a call may be made again. */
export const pauseSeconds = 60

/** How the API says that too much was sent, and until when nothing more is to be. */
export function rateLimitedReply({ definition, now }: Context): ProviderReply {
  const own: RateLimit | undefined = definition.rateLimit
  const rule: Rule = own ?? authErrorsOf(definition)?.rateLimited ?? {}
  const document = ruled(rule)
  if (own?.reset) document.put(own.reset.path, moment(own.reset.unit, now()))
  else document.headers['Retry-After'] = String(pauseSeconds)
  if (own?.remainingHeader !== undefined) document.headers[own.remainingHeader] = '0'
  return jsonReply(rule.statuses?.[0] ?? 429, document.body, document.headers)
}

function authErrorsOf({ auth }: Definition): AuthErrors | undefined {
  return 'authErrors' in auth ? auth.authErrors : undefined
}

function ruled({ path, values }: Rule): ReplyDocument {
  const document = new ReplyDocument()
  return path === undefined ? document : document.put(path, values?.[0] ?? 'refused')
}

function moment(unit: ExpiryUnit, now: number): number | string {
  const end = now + pauseSeconds * 1000
  return {
    ...{ s: pauseSeconds, ms: pauseSeconds * 1000, epoch_s: Math.ceil(end / 1000), epoch_ms: end },
    iso: new Date(end).toISOString(),
  }[unit]
}
