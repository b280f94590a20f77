import type { OAuth1 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { Secret } from '../../secret.ts'
import { refusedBy, unreadable } from '../grant-failure.ts'
import { plainWords, withoutSecrets } from '../provider-words.ts'
import { type ReplyDocument, readReplyDocument } from '../reply-document.ts'
import type { Authorization, Connection, SchemePorts } from '../scheme.ts'
import { isToken } from '../token-reply.ts'
import { consumerKeys, type FurtherParameters, signed, type TokenPair } from './sign.ts'

/** Asks for temporary credentials, and sends the browser to the provider with them (RFC 5849 §2.1, §2.2). */
export const begin: Authorization['begin'] = async (ports, connection, { redirectUri, state }) => {
  const auth = connection.definition.auth as OAuth1
  const page = connection.renderUrl(auth.authorizationUrl ?? '')
  connection.permitBrowser(page)
  // The protocol knows no state: it rides on the address that the browser comes back to.
  const callback = { oauth_callback: `${redirectUri}?state=${state}` }
  const document = await requestToken(ports, connection, auth.requestTokenUrl ?? '', undefined, callback)
  const pair = pairIn(document)
  const url = new URL(page)
  url.searchParams.set('oauth_token', pair.token)
  return { url: url.href, memory: { requestToken: pair.token, requestTokenSecret: pair.tokenSecret } }
}

/** Exchanges the temporary credentials for token credentials, once (RFC 5849 §2.3). */
export const complete: Authorization['complete'] = async (ports, connection, { parameters, memory }) => {
  const auth = connection.definition.auth as OAuth1
  const verifier = parameters.get('oauth_verifier')
  if (parameters.has('denied') || parameters.has('error') || !verifier) {
    const said = plainWords(parameters.get('error') ?? '', 64)
    throw new SallyportError('flow_refused', {
      message: `The provider sent the browser back without a verifier${said && `: ${said}`}. Start again.`,
    })
  }
  if (parameters.get('oauth_token') !== memory.requestToken) {
    throw new SallyportError('flow_invalid', { detail: 'another oauth_token' })
  }
  const temporary = { token: memory.requestToken ?? '', tokenSecret: memory.requestTokenSecret ?? '' }
  const further = { oauth_verifier: verifier }
  const document = await requestToken(ports, connection, auth.accessTokenUrl ?? '', temporary, further)
  const { token, tokenSecret } = pairIn(document)
  return {
    accessToken: new Secret(token),
    named: { tokenSecret: new Secret(tokenSecret) },
    refreshToken: undefined,
    tokenType: 'OAuth',
    issuedAt: ports.clock.now(),
    expiresAt: undefined,
    scopes: [],
    kept: kept(auth, document),
  }
}

async function requestToken(
  ports: SchemePorts,
  connection: Connection,
  address: string,
  pair: TokenPair | undefined,
  further: FurtherParameters,
): Promise<ReplyDocument> {
  const url = connection.permit(connection.renderUrl(address), { sends: 'credential' })
  const request = { method: 'POST', origin: url.origin, path: `${url.path}${url.query}`, form: '' }
  const authorization = signed(ports, connection, request, pair, further)
  const reply = await ports.send({
    tls: connection.tls('credential'),
    url,
    method: 'POST',
    headers: { authorization, accept: '*/*' },
    body: undefined,
  })
  const document = readReplyDocument(reply)
  const { consumerSecret, privateKey } = consumerKeys(connection)
  const secrets = [consumerSecret, privateKey, pair?.token, pair?.tokenSecret, ...Object.values(further)]
  const clean = (text: string) =>
    withoutSecrets(
      text,
      secrets.filter((each) => each !== undefined),
    )
  if (reply.status < 300 && document) return document
  const problem = document?.at('/oauth_problem')
  if (typeof problem === 'string') throw refusedBy(reply.status, clean(problem), undefined, undefined)
  throw unreadable(
    reply.status,
    'not with a token',
    Buffer.from(clean(reply.body.toString('utf8'))),
    undefined,
  )
}

/** RFC 5849 §2.1: both in a form, whatever type it is called. */
function pairIn(document: ReplyDocument): TokenPair {
  const [token, tokenSecret] = [document.at('/oauth_token'), document.at('/oauth_token_secret')]
  if (isToken(token) && (tokenSecret === '' || isToken(tokenSecret)))
    return { token, tokenSecret: tokenSecret ?? '' }
  throw new SallyportError('malformed_token_response', {
    message: 'The provider answered without oauth_token and oauth_token_secret. Check the address.',
  })
}

function kept(auth: OAuth1, document: ReplyDocument): Record<string, string> {
  return Object.fromEntries(
    Object.entries(auth.keep ?? {}).flatMap(([name, path]) => {
      const value = document.at(path)
      return typeof value === 'string' && value !== '' ? [[name, value]] : []
    }),
  )
}
