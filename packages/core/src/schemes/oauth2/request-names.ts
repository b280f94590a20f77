import { parseTemplate, placeholders } from '../../template/parse.ts'
import { templatesOf } from '../request-template.ts'
import { type Block, record } from './block.ts'

/** Names whose presence in a body says that its author writes the whole request. */
const ofWholeRequests = /^(code|token|token\..+|client\..+|secret\..+|jwt\.token)$/

/**
 * Whether a request's body stands in place of the standard parameters. Any other body is added to them.
 * The template may be malformed.
 */
export function replacesParameters(template: unknown): boolean {
  const body = record(template).body
  if (typeof body === 'string' || Array.isArray(body)) return true
  const names = namesIn(templatesOf('', { body }).map(({ text }) => text))
  return (
    (record(body).grant_type ?? undefined) !== undefined || names.some((name) => ofWholeRequests.test(name))
  )
}

/** Whether a request's template authenticates the client by itself, so that nothing else may (RFC 6749 §2.3). */
export function authenticatesItself(auth: Block, template: unknown): boolean {
  const asked = namesAsked(auth, template)
  const headers = Object.keys(record(record(template).headers)).map((name) => name.toLowerCase())
  if (record(template).basic !== undefined) return true
  return asked.has('client.secret') || asked.has('jwt.token') || headers.includes('authorization')
}

/** The names that a request's template asks for, also by way of computed values. */
export function namesAsked(auth: Block, template: unknown): ReadonlySet<string> {
  const asked = new Set(namesIn(templatesOf('', template).map(({ text }) => text)))
  // A set that grows while it is walked is walked to its new end.
  for (const name of asked) {
    const computed = name.startsWith('computed.')
      ? record(auth.computed)[name.slice('computed.'.length)]
      : undefined
    for (const inner of namesIn([record(computed).of, record(computed).key])) asked.add(inner)
  }
  return asked
}

/** Whether a living access token is all that a renewal asks for. */
export function renewsByAccessToken(auth: Block): boolean {
  if (auth.refreshRequest === undefined) return false
  const asked = namesAsked(auth, auth.refreshRequest)
  if (asked.has('token.refreshToken')) return false
  return replacesParameters(auth.refreshRequest) || asked.has('token') || asked.has('token.accessToken')
}

/** The names that texts ask for. */
export function namesIn(texts: readonly unknown[]): string[] {
  return texts.flatMap((text) => (typeof text === 'string' ? placeholders(parseTemplate(text)) : []))
}
