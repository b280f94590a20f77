import { request as httpRequest, type IncomingMessage } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { faults } from './faults.ts'
import { loopbackProvider } from './loopback-provider.ts'
import type { Script } from './scripts.ts'

async function providerWith(script: Script) {
  const provider = await loopbackProvider()
  onTestFinished(provider.close)
  provider.script('GET /fault', script)
  return provider
}

async function outcome(script: Script, timeoutMilliseconds = 2000) {
  const provider = await providerWith(script)
  return new Promise<{ status?: number | undefined; length?: number; code?: string | undefined }>(
    (resolve) => {
      const fail = (cause: NodeJS.ErrnoException, reply?: IncomingMessage) =>
        resolve({ status: reply?.statusCode, code: cause.code })
      const request = httpRequest(`${provider.origin}/fault`, { agent: false }, (reply) => {
        let length = 0
        reply.on('data', (chunk: Buffer) => {
          length += chunk.length
        })
        reply.on('error', (cause) => fail(cause, reply))
        reply.on('end', () => resolve({ status: reply.statusCode, length }))
        request.on('timeout', () => resolve({ status: reply.statusCode, length, code: 'silence' }))
      })
      request.setTimeout(timeoutMilliseconds, () => {
        resolve({ code: 'silence' })
        setImmediate(() => request.destroy())
      })
      request.on('error', fail)
      request.end()
    },
  )
}

test('hang never answers', async () => {
  expect(await outcome(faults.hang(), 50)).toEqual({ code: 'silence' })
})

test('reset gives no answer but ECONNRESET', async () => {
  expect(await outcome(faults.reset())).toEqual({ status: undefined, code: 'ECONNRESET' })
})

test('close after headers gives a status and no body', async () => {
  expect(await outcome(faults.closeAfterHeaders({ status: 201 }))).toEqual({
    status: 201,
    code: 'ECONNRESET',
  })
})

test('close midway breaks off within the body', async () => {
  expect(await outcome(faults.closeMidway({ body: 'x'.repeat(1000) }))).toEqual({
    status: 200,
    code: 'ECONNRESET',
  })
})

test('hang after headers gives a status and then silence', async () => {
  const provider = await providerWith(faults.hangAfterHeaders())
  const reply = await fetch(`${provider.origin}/fault`)
  expect(reply.status).toBe(200)
  await expect(Promise.race([reply.text(), silentFor(50)])).resolves.toBe('silence')
})

test('drip takes the time its rate asks for', async () => {
  const started = performance.now()
  expect(await outcome(faults.drip('x'.repeat(30), 100))).toEqual({ status: 200, length: 30 })
  expect(performance.now() - started).toBeGreaterThan(200)
})

test('redirect names its target', async () => {
  const provider = await providerWith(faults.redirect('https://elsewhere.example/', 307))
  const reply = await fetch(`${provider.origin}/fault`, { redirect: 'manual' })
  expect([reply.status, reply.headers.get('location')]).toEqual([307, 'https://elsewhere.example/'])
})

test('a gzip bomb is small on the wire and large when unpacked', async () => {
  const unpacked = 20 * 1024 * 1024
  const { length = 0 } = await outcome(faults.gzipBomb(unpacked))
  expect(length).toBeLessThan(unpacked / 500)
  const provider = await providerWith(faults.gzipBomb(unpacked))
  const body = await (await fetch(`${provider.origin}/fault`)).arrayBuffer()
  expect(body.byteLength).toBe(unpacked)
})

test("a late answer is the provider's own, after the delay", async () => {
  const started = performance.now()
  expect(await outcome(faults.late(80))).toMatchObject({ status: 404 })
  expect(performance.now() - started).toBeGreaterThan(70)
})

test('a lost answer has had its effect: the refresh token is spent', async () => {
  const provider = await loopbackProvider({ behaviour: { pkce: 'optional' } })
  onTestFinished(provider.close)
  const query = 'response_type=code&client_id=client&redirect_uri=https://client.example/'
  const answer = await fetch(`${provider.origin}/authorize?${query}`, { redirect: 'manual' })
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const post = (fields: Record<string, string>) =>
    fetch(`${provider.origin}/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'client', client_secret: 'client-secret', ...fields }),
    })
  const redirect_uri = 'https://client.example/'
  const first = await post({ grant_type: 'authorization_code', code, redirect_uri })
  const { refresh_token } = (await first.json()) as { refresh_token: string }

  provider.script('POST /token', faults.lostAnswer(), { times: 1 })
  await expect(post({ grant_type: 'refresh_token', refresh_token })).rejects.toThrow()
  expect((await post({ grant_type: 'refresh_token', refresh_token })).status).toBe(400)
  expect(provider.reuseEvents).toBe(1)
})

function silentFor(milliseconds: number) {
  return new Promise((resolve) => setTimeout(() => resolve('silence'), milliseconds))
}
