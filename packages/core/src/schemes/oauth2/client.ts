import { createHash } from 'node:crypto'
import type { OAuth2 } from '@sallyport/contract'
import type { TemplateValues } from '../../template/render.ts'
import { GrantFailure } from '../grant-failure.ts'
import type { Connection } from '../scheme.ts'

/** The id that the provider knows the client by, for this account; empty where there is none. */
export function clientIdOf(connection: Connection): string {
  return connection.render((connection.definition.auth as OAuth2).clientId ?? '', 'text')
}

/**
 * The scopes of the definition, for this account, as they are asked for. A `+` between them is how a form writes a
 * space, and so they stand in every query.
 */
export function scopeOf(connection: Connection): string {
  const auth = connection.definition.auth as OAuth2
  const delimiter = auth.scopeDelimiter === '+' ? ' ' : auth.scopeDelimiter
  return auth.scopes.map((text) => connection.render(text, 'text')).join(delimiter)
}

const secretPaths = ['/auth/clientSecret', '/auth/clientSecrets/0', '/auth/clientSecrets/1']

/**
 * The client's secrets, the new one first where they are in rotation; none for a public client. `more` are
 * further values for their templates; a secret that asks for one which is not there is left out.
 */
export function clientSecretsOf(connection: Connection, more: TemplateValues = {}): string[] {
  return secretPaths.flatMap((path) => {
    const stored = connection.definitionSecrets[path]?.reveal()
    if (stored === undefined || !connection.holds(stored, more)) return []
    return connection.render(stored, 'text', more) || []
  })
}

/** Which of two secrets the provider took last, by a digest of both; this process alone remembers. */
const accepted = new Map<string, number>()
const mostRemembered = 1000

/**
 * Asks with the client's secret, and once more with the other one of a rotation when the provider does not know
 * the client by the first. A provider that says so has not looked at the grant.
 */
export async function withClientSecret<T>(
  secrets: readonly string[],
  ask: (secret: string) => Promise<T>,
): Promise<T> {
  const [newer = '', older] = secrets
  if (older === undefined) return ask(newer)
  const rotation = createHash('sha256').update(JSON.stringify(secrets)).digest('base64')
  const first = accepted.get(rotation) ?? 0
  try {
    return await ask(secrets[first] ?? newer)
  } catch (cause) {
    if (!(cause instanceof GrantFailure) || cause.reason !== 'invalid_client') throw cause
  }
  const reply = await ask(secrets[1 - first] ?? older)
  accepted.set(rotation, 1 - first)
  for (const eldest of accepted.keys()) {
    if (accepted.size > mostRemembered) accepted.delete(eldest)
  }
  return reply
}
