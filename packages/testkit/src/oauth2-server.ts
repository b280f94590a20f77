import type { IncomingMessage, ServerResponse } from 'node:http'
import OAuth2Server from '@node-oauth/oauth2-server'
import { listen } from './listen.ts'
import { createModel } from './oauth2-model.ts'
import { createRecord, type ReceivedRequest } from './received.ts'

/** What an OAuth 2.0 server may be given. */
export interface Oauth2ServerOptions {
  /** Where the client may be called back. */
  redirectUris?: string[]
  accessTokenLifetimeSeconds?: number
  refreshTokenLifetimeSeconds?: number
  /** Replace the refresh token at each use; on unless said. */
  rotateRefreshToken?: boolean
  /** Grants the client may use; all four unless said. */
  grants?: string[]
}

/** An OAuth 2.0 server of the plain kind, for the password grant and client credentials above all. */
export interface Oauth2Server {
  readonly origin: string
  readonly tokenUrl: string
  /** Consents without a page, as the one user there is. */
  readonly authorizationUrl: string
  /** An API that any access token opens; it tells the user and the scope. */
  readonly apiUrl: string
  /** Authenticates by basic or in the body. Scopes: read, write. */
  readonly client: { clientId: string; clientSecret: string }
  readonly user: { username: string; password: string }
  received(route?: string): ReceivedRequest[]
  forget(): void
  /** Ends all access tokens before their time. */
  forgetAccessTokens(): void
  close(): Promise<void>
}

/** Starts `@node-oauth/oauth2-server`; everything it keeps is in memory. */
export async function oauth2Server(options: Oauth2ServerOptions = {}): Promise<Oauth2Server> {
  const record = createRecord()
  const model = createModel({
    client,
    user,
    grants: options.grants ?? ['authorization_code', 'password', 'client_credentials', 'refresh_token'],
    redirectUris: options.redirectUris ?? ['http://127.0.0.1/callback'],
  })
  const oauth = new OAuth2Server({
    model,
    accessTokenLifetime: options.accessTokenLifetimeSeconds ?? 3600,
    refreshTokenLifetime: options.refreshTokenLifetimeSeconds ?? 24 * 60 * 60,
    alwaysIssueNewRefreshToken: options.rotateRefreshToken ?? true,
  })
  const server = await listen(async (message, response) => {
    const arrival = record.arrived(message)
    await arrival.read(message)
    await answer(oauth, { message, response, arrival })
  })
  return {
    origin: server.origin,
    tokenUrl: `${server.origin}/token`,
    authorizationUrl: `${server.origin}/authorize`,
    apiUrl: `${server.origin}/me`,
    client,
    user,
    received: record.received,
    forget: record.forget,
    forgetAccessTokens: model.forgetAccessTokens,
    close: server.close,
  }
}

const client = { clientId: 'client', clientSecret: 'client-secret' }
const user = { username: 'ann', password: 'open sesame' }

interface Exchange {
  message: IncomingMessage
  response: ServerResponse
  arrival: ReceivedRequest
}

async function answer(oauth: OAuth2Server, { message, response, arrival }: Exchange) {
  const reply = new OAuth2Server.Response()
  try {
    await route(oauth, new OAuth2Server.Request(requestOf(message, arrival)), reply, arrival.path)
  } catch (cause) {
    if (!(cause instanceof OAuth2Server.OAuthError)) throw cause
    reply.status = cause.code
    if (!reply.body || Object.keys(reply.body).length === 0)
      reply.body = { error: cause.name, error_description: cause.message }
  }
  response.writeHead(reply.status ?? 200, { 'Content-Type': 'application/json', ...reply.headers })
  response.end(JSON.stringify(reply.body))
}

function requestOf({ headers }: IncomingMessage, { method, query, form }: ReceivedRequest) {
  return {
    method,
    headers: headers as Record<string, string>,
    query: Object.fromEntries(new URLSearchParams(query)),
    body: Object.fromEntries(form),
  }
}

async function route(
  oauth: OAuth2Server,
  request: OAuth2Server.Request,
  reply: OAuth2Server.Response,
  path: string,
) {
  if (path === '/token') await oauth.token(request, reply)
  else if (path === '/authorize') {
    await oauth.authorize(request, reply, {
      authenticateHandler: { handle: () => ({ name: user.username }) },
    })
  } else if (path === '/me') {
    const token = await oauth.authenticate(request, reply)
    reply.body = { user: token.user.name, scope: token.scope }
  } else reply.status = 404
}
