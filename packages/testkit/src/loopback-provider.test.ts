import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { fakeClock } from './clock.ts'
import { faults } from './faults.ts'
import { type LoopbackProviderOptions, loopbackProvider } from './loopback-provider.ts'

async function started(options: LoopbackProviderOptions = {}) {
  const provider = await loopbackProvider(options)
  onTestFinished(provider.close)
  const credentials = { client_id: 'client', client_secret: 'client-secret' }
  const token = () =>
    fetch(`${provider.origin}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...credentials }),
    })
  return { provider, token }
}

test('everything that arrives is on record, path and query as they were sent', async () => {
  const { provider, token } = await started()
  await token()
  await fetch(`${provider.origin}/api/a%2fb?x=%20&x=2`, { headers: { 'X-Mixed': 'Case' } })

  const [first] = provider.received('POST /token')
  expect(first?.form.get('grant_type')).toBe('client_credentials')
  expect(first?.body).toContain('client_secret=client-secret')
  const [second] = provider.received('ANY /api/*')
  expect(second).toMatchObject({ method: 'GET', path: '/api/a%2fb', query: 'x=%20&x=2', complete: true })
  expect(provider.received()).toHaveLength(2)
  provider.forget()
  expect(provider.received()).toEqual([])
})

test('header names keep their case in rawHeaders', async () => {
  const { provider } = await started()
  const socket = connect(Number(new URL(provider.origin).port), '127.0.0.1')
  socket.end('GET /api/me HTTP/1.1\r\nHost: x\r\nX-MiXed: Case\r\nConnection: close\r\n\r\n')
  await new Promise((resolve) => socket.on('close', resolve).resume())
  expect(provider.received('/api/me')[0]?.rawHeaders).toContain('X-MiXed')
})

test('tokens age by the clock that was given', async () => {
  const clock = fakeClock()
  const { provider, token } = await started({ clock, behaviour: { accessTokenLifetimeSeconds: 60 } })
  const { access_token } = (await (await token()).json()) as { access_token: string }
  const call = async () =>
    (await fetch(`${provider.origin}/api/me`, { headers: { authorization: `Bearer ${access_token}` } }))
      .status
  expect(await call()).toBe(200)
  clock.advance(60_000)
  expect(await call()).toBe(401)
})

test('limited scripts are used up in order, then the unlimited one holds until it is taken back', async () => {
  const { provider, token } = await started()
  const takeBack = provider.script('POST /token', { status: 500 })
  provider.script('POST /token', { status: 503, headers: { 'Retry-After': '1' } }, { times: 1 })
  provider.script('POST /token', { status: 429 }, { times: 2 })
  const statuses: number[] = []
  for (let times = 0; times < 5; times += 1) statuses.push((await token()).status)
  takeBack()
  statuses.push((await token()).status)
  expect(statuses).toEqual([503, 429, 429, 500, 500, 200])
})

test("a script may answer by the request and by the provider's own answer", async () => {
  const { provider, token } = await started()
  provider.script('POST /token', (request, answer) => ({
    ...answer(),
    headers: { 'X-Grant': request.form.get('grant_type') ?? '' },
  }))
  const reply = await token()
  expect(reply.headers.get('x-grant')).toBe('client_credentials')
  expect(await reply.json()).toHaveProperty('access_token')
})

test('a script that throws shows itself in the reply', async () => {
  const { provider, token } = await started()
  provider.script('POST /token', () => {
    throw new Error('of my own making')
  })
  const reply = await token()
  expect([reply.status, await reply.text()]).toEqual([599, expect.stringContaining('of my own making')])
})

test('a held request waits before the provider acts', async () => {
  const { provider, token } = await started()
  const gate = provider.hold('POST /token')
  const replies = [token(), token()]
  expect((await gate.arrived).path).toBe('/token')
  await gate.arrivals(2)
  const settled = await Promise.race([
    Promise.any(replies).then(() => 'answered'),
    pause(30).then(() => 'waiting'),
  ])
  expect(settled).toBe('waiting')
  gate.release()
  expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 200])
})

test('a held reply waits after the provider has acted', async () => {
  const { provider, token } = await started()
  const gate = provider.hold('POST /token', { moment: 'reply' })
  const { promise: acted, resolve } = deferred()
  provider.script('POST /token', (_request, answer) => {
    resolve()
    return answer()
  })
  const reply = token()
  await acted
  await gate.arrived
  gate.release()
  expect((await reply).status).toBe(200)
})

test('a reply before the body does not read the body', async () => {
  const { provider } = await started()
  provider.script('POST /upload', { status: 401, headers: { Connection: 'close' } }, { beforeBody: true })
  const socket = connect(Number(new URL(provider.origin).port), '127.0.0.1')
  socket.write('POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nthe first part')
  const [head] = await new Promise<Buffer[]>((resolve) => socket.once('data', (chunk) => resolve([chunk])))
  socket.destroy()
  expect(head?.toString()).toMatch(/^HTTP\/1.1 401 /)
  expect(provider.received('POST /upload')[0]?.complete).toBe(false)
})

test('closing ends connections that hang', async () => {
  const provider = await loopbackProvider()
  provider.script('GET /api/me', faults.hang())
  const call = fetch(`${provider.origin}/api/me`).catch(() => 'ended')
  await pause(20)
  await provider.close()
  expect(await call).toBe('ended')
})

test('https works with the certificate as the authority, and without it does not', async () => {
  const { provider } = await started({ tls: true })
  const call = (ca?: string) =>
    new Promise((resolve, reject) => {
      httpsRequest(`${provider.origin}/api/me`, ca === undefined ? {} : { ca }, (reply) => {
        reply.resume()
        resolve(reply.statusCode)
      })
        .on('error', reject)
        .end()
    })
  expect(provider.origin).toMatch(/^https:/)
  expect(await call(provider.certificate)).toBe(401)
  await expect(call()).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  provider.script('/api/me', faults.reset())
  await expect(call(provider.certificate)).rejects.toMatchObject({ code: 'ECONNRESET' })
})

function pause(milliseconds: number) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function deferred() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
