import type { OAuth2 } from '@sallyport/contract'
import * as oauth from 'oauth4webapi'
import type { Connection } from '../scheme.ts'

/** The client as it shows itself at the token endpoint: exactly one method (RFC 6749 §2.3). */
export interface ClientAuthentication {
  readonly id: string
  readonly method: oauth.ClientAuth
  /** What was revealed, to be cut out of a provider's words. */
  readonly secrets: readonly string[]
}

/** Without a secret a client is public, whatever method the definition names. */
export function clientAuthentication(connection: Connection): ClientAuthentication {
  const auth = connection.definition.auth as OAuth2
  const id = connection.render(auth.clientId ?? '', 'text')
  const stored = connection.definitionSecrets['/auth/clientSecret']
  const secret = stored === undefined ? '' : connection.render(stored.reveal(), 'text')
  if (secret === '' || auth.clientAuthentication === 'none') return { id, method: oauth.None(), secrets: [] }
  const method =
    auth.clientAuthentication === 'body' ? oauth.ClientSecretPost(secret) : clientSecretBasic(secret)
  return { id, method, secrets: [secret] }
}

/**
 * RFC 6749 §2.3.1, encoded no more than a form has to be: many providers do not decode, and ids and secrets are
 * full of `-`, `.` and `_`, which the library would encode as well.
 */
function clientSecretBasic(secret: string): oauth.ClientAuth {
  return (_server, client, _body, headers) => {
    const pair = `${formEncoded(client.client_id)}:${formEncoded(secret)}`
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
