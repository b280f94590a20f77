import type { OAuth1 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import type { Secret } from '../../secret.ts'
import { privateKeyText } from '../pem.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { authorizationHeader, type SignedRequest } from './signature.ts'

/** A token with the secret that goes with it. */
export interface TokenPair {
  readonly token: string
  readonly tokenSecret: string
}

/** Parameters of the protocol that only some requests carry: `oauth_callback`, `oauth_verifier`. */
export type FurtherParameters = Readonly<Record<string, string>>

/** The `Authorization` header of one request, with a nonce of its own. @throws SallyportError account_incomplete */
export function signed(
  ports: Pick<SchemePorts, 'clock' | 'random'>,
  connection: Connection,
  request: SignedRequest,
  pair: TokenPair | undefined,
  further: FurtherParameters = {},
): string {
  const auth = connection.definition.auth as OAuth1
  const parameters = {
    oauth_consumer_key: connection.render(auth.consumerKey, 'text'),
    oauth_nonce: ports.random.bytes(16).toString('hex'),
    oauth_timestamp: String(Math.floor(ports.clock.now() / 1000)),
    oauth_version: '1.0',
    ...(pair && { oauth_token: pair.token }),
    ...further,
  }
  const realm = auth.realm === undefined ? undefined : connection.render(auth.realm, 'header')
  const keys = { ...consumerKeys(connection), tokenSecret: pair?.tokenSecret ?? '' }
  try {
    return authorizationHeader(auth.signatureMethod, request, Object.entries(parameters), keys, realm)
  } catch (cause) {
    throw new SallyportError('account_incomplete', {
      message: 'No request can be signed: the private key is none. Give it as PEM, whole.',
      cause,
    })
  }
}

/** What the definition signs with, rendered: secret values, to be cut out of a provider's words. */
export function consumerKeys(connection: Connection) {
  const text = (secret: Secret | undefined) => secret && connection.render(secret.reveal(), 'text')
  const written = text(connection.definitionSecrets['/auth/privateKey'])
  const read = written === undefined ? undefined : privateKeyText(written)
  return {
    consumerSecret: text(connection.definitionSecrets['/auth/consumerSecret']) ?? '',
    privateKey: read && 'pem' in read ? read.pem : undefined,
  }
}
