import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { RunningServer } from '../server.ts'
import type { Installation } from './installation.ts'
import { table } from './table.ts'

/** As `GET /v1/revocations/{id}` has it. */
interface Progress {
  readonly status: 'running' | 'done'
  readonly total: number
  readonly revoked: number
  readonly remaining: number
}

/** How far it was. */
interface Reading extends Progress {
  readonly what: string
  readonly seconds: number
}

export interface RevocationFigures {
  readonly readings: readonly Reading[]
  /** That the provider was sent, and tokens that it took. */
  readonly requests: number
  readonly tokens: number
}

/** An operator who is in a hurry does not wait until what failed is due again by itself. */
const retrySeconds = 5
const shownSeconds = 10

/**
 * Revokes accounts of one integration, each with a refresh and an access token, at a provider that answers half of its
 * requests with 503; the server is killed when a fifth is done, and started again.
 */
export async function measureRevocations(
  installation: Installation,
  accounts: number,
  say: (what: string) => void,
): Promise<RevocationFigures> {
  const provider = await unreliableProvider()
  const [integrationId = ''] = await installation.define([
    { key: 'leaked', tokenUrl: `${provider.origin}/token`, revokeUrl: `${provider.origin}/revoke` },
  ])
  const far = Date.now() + 86_400_000
  await installation.fill([
    { integrationId, accounts, lifetimeMilliseconds: 3_600_000, dueAt: () => far, isOpened: true },
  ])
  let server = await installation.start()
  const began = performance.now()
  const { id } = await ask<{ id: string }>(server, 'POST', 'revocations', { integration: 'leaked' })
  const readings: Reading[] = []
  const read = async (what: string) => {
    const progress = await ask<Progress>(server, 'GET', `revocations/${id}`)
    const reading = { ...progress, what, seconds: (performance.now() - began) / 1000 }
    say(`${what}: ${progress.revoked} of ${progress.total} revoked, ${progress.remaining} remaining`)
    readings.push(reading)
    return reading
  }
  await read('asked for')
  await until(({ revoked, total }) => revoked >= total / 5)
  server.child.kill('SIGKILL')
  await once(server.child, 'exit')
  server = await installation.start()
  await read('killed, and started again')
  await until(({ status }) => status === 'done')
  await read('ended')
  provider.close()
  return { readings, requests: provider.requests(), tokens: provider.taken() }

  async function until(holds: (progress: Progress) => boolean): Promise<void> {
    for (let seconds = 1; ; seconds += 1) {
      await wait(1000)
      if (seconds % retrySeconds === 0) await ask(server, 'POST', `revocations/${id}/retry`)
      if (holds(await ask<Progress>(server, 'GET', `revocations/${id}`))) return
      if (seconds % shownSeconds === 0) await read('under way')
    }
  }
}

/** A coin decides, so that no order of requests is lucky. */
async function unreliableProvider() {
  let requests = 0
  const taken = new Set<string>()
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      requests += 1
      const isDown = Math.random() < 0.5
      if (!isDown) taken.add(new URLSearchParams(body).get('token') ?? '')
      response.writeHead(isDown ? 503 : 200).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    taken: () => taken.size,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function ask<Reply>({ port, adminKey }: RunningServer, method: string, path: string, body?: object) {
  const reply = await fetch(`http://127.0.0.1:${port}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
  return (await reply.json()) as Reply
}

/** How it went. */
export function revocationReport({ readings, requests, tokens }: RevocationFigures): string {
  const rows = readings.map(({ what, seconds, revoked, remaining }) => [
    seconds.toFixed(1),
    what,
    String(revoked),
    String(remaining),
  ])
  return [
    'Revocation on SQLite, half of the requests answered with 503:',
    '',
    table(['s', '', 'revoked', 'remaining'], rows),
    '',
    `${requests} requests, of which the provider took ${tokens} tokens`,
  ].join('\n')
}
