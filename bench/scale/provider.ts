import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { providerClient, readRefreshToken, refreshToken } from './tokens.ts'

// A token endpoint with strict rotation, and nothing else: what it takes is what a token endpoint must take, so that
// the machine is left to what is measured. A refresh token that comes back after its successor was issued is counted.

/** What it has seen so far. */
export interface ProviderCounts {
  readonly issued: number
  /** Refresh tokens that came back after they had been replaced. */
  readonly reuses: number
  /** Requests that were not as they should be. */
  readonly refusals: number
}

const answerMilliseconds = Number(process.argv[2] ?? 0)
const mostAccounts = 20_000_000
const client = `Basic ${Buffer.from(`${providerClient.id}:${providerClient.secret}`).toString('base64')}`
const latest = new Uint32Array(mostAccounts).fill(1)
let counts = { issued: 0, reuses: 0, refusals: 0 }

const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
  let body = ''
  request.setEncoding('latin1')
  request.on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => setTimeout(() => send(response, answer(request, body)), answerMilliseconds))
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
// Whoever wants the counts asks for them.
process.channel?.ref()
process.on('message', () => process.send?.(counts))

interface Answer {
  readonly status: number
  readonly body: object
}

/** `POST /token/<seconds that an access token lives>` */
function answer({ url = '', headers }: IncomingMessage, body: string): Answer {
  const lifetimeSeconds = Number(/^\/token\/(\d+)$/.exec(url)?.[1] ?? 0)
  const form = new URLSearchParams(body)
  const token = readRefreshToken(form.get('refresh_token') ?? '')
  const isAsked = form.get('grant_type') === 'refresh_token' && headers.authorization === client
  if (!token || !isAsked || lifetimeSeconds === 0) {
    counts = { ...counts, refusals: counts.refusals + 1 }
    return { status: 400, body: { error: 'invalid_request' } }
  }
  const { account, generation } = token
  if (latest[account] !== generation) {
    counts = { ...counts, reuses: counts.reuses + 1 }
    return { status: 400, body: { error: 'invalid_grant' } }
  }
  latest[account] = generation + 1
  counts = { ...counts, issued: counts.issued + 1 }
  const tokens = {
    access_token: `access-${account}-${generation + 1}-${'fedcba9876543210'.repeat(2)}`,
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
    refresh_token: refreshToken(account, generation + 1),
  }
  return { status: 200, body: tokens }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body)
  const length = Buffer.byteLength(text)
  const headers = {
    'content-type': 'application/json',
    'content-length': length,
    'cache-control': 'no-store',
  }
  response.writeHead(status, headers).end(text)
}
