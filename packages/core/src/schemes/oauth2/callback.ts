import type { OAuth2 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { Secret } from '../../secret.ts'
import { plainWords, withoutSecrets } from '../provider-words.ts'
import type { Authorization, Connection, FlowMemory, SchemePorts, Tokens } from '../scheme.ts'
import { redirectUriSent } from './authorize.ts'
import { clientSecretsOf, scopeOf } from './client.ts'
import { withIdentity } from './identity.ts'
import { requestToken } from './token-request.ts'

/** Reads the provider's answer (RFC 6749 §4.1.2) and redeems the code, once. */
export const complete: Authorization['complete'] = async (
  ports,
  account,
  { parameters, redirectUri, memory },
) => {
  const auth = account.definition.auth as OAuth2
  const answer = standardAnswer(auth, parameters)
  // The flow was found by its state's value; that it stood where the definition says is checked here (A9).
  if (memory.state !== undefined && answer.state !== memory.state)
    throw new SallyportError('flow_invalid', { detail: 'state under another name' })
  // Before the error is read: a server that is not ours does not get to put words on our page (RFC 9207 §2.4).
  checkIssuer(parameters.get('iss'), memory)
  if (parameters.get('error') !== null) throw refused(account, parameters, answer)
  const kept = keptFromCallback(auth, parameters)
  const connection = account.keeping(kept)
  if (isConsent(auth)) return withKept(await consentedToken(ports, connection), kept)
  if (!answer.code) {
    throw new SallyportError('flow_refused', {
      message:
        'The provider sent the browser back without a code. Start again; if it repeats, check the definition.',
    })
  }
  const tokens = await requestToken(ports, connection, {
    grantType: 'authorization_code',
    parameters: {
      code: answer.code,
      redirect_uri: redirectUriSent(connection, redirectUri),
      ...(auth.pkce !== 'off' && memory.codeVerifier !== undefined && { code_verifier: memory.codeVerifier }),
    },
    scopes: auth.scopes,
    clientId: memory.clientId,
    dpopKey: memory.dpopKey === undefined ? undefined : new Secret(memory.dpopKey),
    values: {
      scope: scopeOf(connection),
      ...(memory.state !== undefined && { 'flow.state': memory.state }),
    },
  })
  return withKept(await withIdentity(ports, connection, tokens, memory.nonce), kept)
}

/** A callback that brings no code tells of an administrator's consent: the client has its token by itself. */
export function isConsent({ callbackNames }: Pick<OAuth2, 'callbackNames'>): boolean {
  return callbackNames?.code === null
}

/** What the client gets by itself once an administrator has consented (RFC 6749 §4.4). */
export function consentedToken(ports: SchemePorts, connection: Connection): Promise<Tokens> {
  const { scopes } = connection.definition.auth as OAuth2
  const scope = scopeOf(connection)
  return requestToken(ports, connection, {
    grantType: 'client_credentials',
    parameters: scope ? { scope } : {},
    scopes,
  })
}

/** Code and state, under whatever names; each once. */
function standardAnswer(
  { callbackNames = {} }: Pick<OAuth2, 'callbackNames'>,
  parameters: URLSearchParams,
): { readonly code: string | undefined; readonly state: string | undefined } {
  const [code, state] = (['code', 'state'] as const).map((name) => {
    const theirs = callbackNames[name]
    const values = theirs === null ? [] : parameters.getAll(theirs ?? name)
    if (values.length > 1) throw new SallyportError('flow_invalid', { detail: `${name} twice` })
    return values[0]
  })
  return { code, state }
}

/** The callback is anybody's to write: what it says counts less than what replies say. */
function keptFromCallback({ tokenReply }: OAuth2, parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tokenReply?.keep ?? {}).flatMap(([name, path]) => {
      const value = path.startsWith('callback:') ? parameters.get(path.slice('callback:'.length)) : null
      return value ? [[name, value]] : []
    }),
  )
}

function withKept(tokens: Tokens, kept: Readonly<Record<string, string>>): Tokens {
  return { ...tokens, kept: { ...kept, ...tokens.kept } }
}

/** RFC 9207 §2.4: compared character by character; announced and absent is as bad as wrong. */
function checkIssuer(given: string | null, memory: FlowMemory): void {
  const absent = given === null && memory.issAnnounced === 'true'
  const other = given !== null && memory.issuer !== undefined && given !== memory.issuer
  if (absent || other)
    throw new SallyportError('flow_invalid', { detail: absent ? 'iss absent' : 'iss differs' })
}

function refused(
  connection: Connection,
  parameters: URLSearchParams,
  { code = '', state = '' }: ReturnType<typeof standardAnswer>,
): SallyportError {
  const secrets = [...clientSecretsOf(connection), code, state]
  const words = (name: string, length: number) =>
    plainWords(withoutSecrets(parameters.get(name) ?? '', secrets), length)
  const description = words('error_description', 200)
  return new SallyportError('flow_refused', {
    message: `The provider refused: ${words('error', 64)}${description && ` (${description})`}.`,
  })
}
