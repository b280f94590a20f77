import type { OAuth2 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { Secret } from '../../secret.ts'
import { plainWords, withoutSecrets } from '../provider-words.ts'
import type { Authorization, Connection, FlowMemory } from '../scheme.ts'
import { clientSecretsOf } from './client.ts'
import { requestToken } from './token-request.ts'

/** Reads the provider's answer (RFC 6749 §4.1.2) and redeems the code, once. */
export const complete: Authorization['complete'] = async (
  ports,
  connection,
  { parameters, redirectUri, memory },
) => {
  const auth = connection.definition.auth as OAuth2
  // Before the error is read: a server that is not ours does not get to put words on our page (RFC 9207 §2.4).
  checkIssuer(parameters.get('iss'), memory)
  const error = parameters.get('error')
  if (error !== null) throw refused(connection, parameters)
  const code = parameters.get('code')
  if (!code) {
    throw new SallyportError('flow_refused', {
      message:
        'The provider sent the browser back without a code. Start again; if it repeats, check the definition.',
    })
  }
  return requestToken(ports, connection, {
    grantType: 'authorization_code',
    parameters: {
      code,
      redirect_uri: redirectUri,
      ...(auth.pkce !== 'off' && memory.codeVerifier !== undefined && { code_verifier: memory.codeVerifier }),
    },
    scopes: auth.scopes,
    dpopKey: memory.dpopKey === undefined ? undefined : new Secret(memory.dpopKey),
  })
}

/** RFC 9207 §2.4: compared character by character; announced and absent is as bad as wrong. */
function checkIssuer(given: string | null, memory: FlowMemory): void {
  const absent = given === null && memory.issAnnounced === 'true'
  const other = given !== null && memory.issuer !== undefined && given !== memory.issuer
  if (absent || other)
    throw new SallyportError('flow_invalid', { detail: absent ? 'iss absent' : 'iss differs' })
}

function refused(connection: Connection, parameters: URLSearchParams): SallyportError {
  const passed = [...parameters.getAll('code'), ...parameters.getAll('state')]
  const secrets = [...clientSecretsOf(connection), ...passed]
  const words = (name: string, length: number) =>
    plainWords(withoutSecrets(parameters.get(name) ?? '', secrets), length)
  const description = words('error_description', 200)
  return new SallyportError('flow_refused', {
    message: `The provider refused: ${words('error', 64)}${description && ` (${description})`}.`,
  })
}
