import { Secret } from '../secret.ts'
import type { Connection, Credential } from './scheme.ts'

/** All that is secret about an account and its definition, in clear text: to be cut out of what is shown. */
export function secretsOf({
  connection,
  credential,
}: {
  readonly connection: Pick<Connection, 'definitionSecrets'>
  readonly credential: Credential
}): string[] {
  const { secret, parameters, tokens } = credential
  return secretsIn([connection.definitionSecrets, secret, parameters, tokens])
}

/** Whatever is wrapped as a secret, in whatever depth. */
export function secretsIn(value: unknown): string[] {
  if (value instanceof Secret) return [value.reveal()]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(secretsIn)
}
