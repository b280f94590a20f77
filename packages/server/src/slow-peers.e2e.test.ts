import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connected, exchange, failureOf, requestText } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { closed, type StreamServer, signal, streamServer } from './stream.suite.ts'

let sallyport: TestSallyport

beforeAll(async () => {
  sallyport = await startSallyport()
})
afterAll(() => sallyport.close())

/** An upstream that answers nothing by itself, and says when it was asked so many times. */
async function silentUpstream(): Promise<StreamServer & { asked(times: number): Promise<void> }> {
  let count = 0
  let wanted = { times: 0, reached: signal() }
  const upstream = await streamServer(() => {
    count += 1
    if (count === wanted.times) wanted.reached.give()
  })
  onTestFinished(() => upstream.close())
  return {
    ...upstream,
    async asked(times) {
      if (count >= times) return
      wanted = { times, reached: signal() }
      await wanted.reached.given
    },
  }
}

function openSocket(): Socket {
  const socket = connect(Number(new URL(sallyport.origin).port), '127.0.0.1')
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return socket
}

const keepAlive = ['Connection: keep-alive']

describe('a caller that leaves', () => {
  test('takes with it the calls that wait behind its first one, on the same connection', async () => {
    const upstream = await silentUpstream()
    const id = await connected(sallyport, { baseUrl: upstream.origin })
    const socket = openSocket()
    for (let call = 0; call < 5; call += 1) {
      socket.write(requestText(sallyport, `GET /proxy/${id}/${call}`, keepAlive))
    }
    await upstream.asked(5)
    socket.destroy()
    await upstream.emptied()
  })

  test('half-way, saying that it sends no more, is let go, and its upstream with it', async () => {
    const upstream = await silentUpstream()
    const id = await connected(sallyport, { baseUrl: upstream.origin })
    for (const [line, headers] of [
      [`GET /proxy/${id}/whole`, keepAlive],
      [`PUT /proxy/${id}/part`, ['Content-Length: 10']],
    ] as const) {
      const socket = openSocket()
      socket.end(requestText(sallyport, line, headers))
      await closed(socket.resume())
    }
    await upstream.emptied()
  })

  test('in the middle of a chunk leaves nothing behind', async () => {
    const upstream = await silentUpstream()
    const id = await connected(sallyport, { baseUrl: upstream.origin })
    const socket = openSocket()
    socket.write(
      requestText(sallyport, `PUT /proxy/${id}/x`, ['Transfer-Encoding: chunked'], 'ffffff\r\nthe beginning'),
    )
    await upstream.asked(1)
    socket.destroy()
    await upstream.emptied()
  })

  test('and had sent what is no request behind its call is not taken to be still there', async () => {
    const upstream = await silentUpstream()
    const id = await connected(sallyport, { baseUrl: upstream.origin })
    const socket = openSocket()
    socket.write(requestText(sallyport, `GET /proxy/${id}/first`, keepAlive))
    await upstream.asked(1)
    socket.end('nonsense\r\n\r\n')
    await upstream.emptied()
  })
})

test('what is no request, behind one that is under way, is told nothing in between: the answer is whole, and the last', async () => {
  const answering = signal<ServerResponse>()
  const upstream = await streamServer((_, response) => answering.give(response))
  onTestFinished(() => upstream.close())
  const id = await connected(sallyport, { baseUrl: upstream.origin })
  const socket = openSocket()
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.write(requestText(sallyport, `GET /proxy/${id}/first`, keepAlive))
  const response = await answering.given
  response.writeHead(200, { 'content-length': '8' }).write('part')
  await once(socket, 'data')
  for (let time = 0; time < 3; time += 1) socket.write('nonsense\r\n\r\n')
  socket.write(requestText(sallyport, `GET /proxy/${id}/second`))
  await exchange(sallyport, 'GET /healthz')
  response.end('part')
  await closed(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\npartpart$/s)
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
})

test.each(['Connection: Upgrade', 'Proxy-Connection: Upgrade', 'Proxy-Connection: close, upgrade'])(
  'a wish for another protocol is passed over once, however it is written: %s',
  async (header) => {
    const socket = openSocket()
    const answer = once(socket, 'data')
    socket.write(`GET /healthz HTTP/1.1\r\nHost: a\r\n${header}\r\nUpgrade: h2c\r\n\r\n`)
    expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 200 OK/)
  },
)

describe('a refusal does not wait for the rest of the request', () => {
  test.each([
    ['no key', ['Authorization: Bearer none'], 401],
    ['no such account', [], 404],
  ])('%s', async (_, headers, status) => {
    const socket = openSocket()
    const answer = once(socket, 'data')
    const account = 'acc_00000000000000000000'
    socket.write(
      requestText(
        sallyport,
        `PUT /proxy/${account}/x`,
        [...headers, 'Content-Length: 100000'],
        'the beginning',
      ),
    )
    expect(String((await answer)[0])).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  })
})

describe('an upstream', () => {
  test('that never ends its handshake is given up in time', { timeout: 20_000 }, async () => {
    const sockets = new Set<Socket>()
    const mute = createServer((socket) => {
      sockets.add(socket)
      socket
        .on('error', () => undefined)
        .on('close', () => sockets.delete(socket))
        .resume()
    })
    mute.listen(0, '127.0.0.1')
    await once(mute, 'listening')
    onTestFinished(() => void mute.close())
    const id = await connected(sallyport, {
      baseUrl: `https://127.0.0.1:${(mute.address() as AddressInfo).port}`,
    })
    expect(failureOf(await exchange(sallyport, `GET /proxy/${id}/x`))).toEqual([504, 'upstream_timeout'])
    const [left] = sockets
    if (left && !left.closed) await closed(left)
    expect(sockets.size).toBe(0)
  })

  test('whose reply never begins is let go when the caller’s time is over', async () => {
    const upstream = await silentUpstream()
    const id = await connected(sallyport, { baseUrl: upstream.origin })
    const reply = await exchange(sallyport, `GET /proxy/${id}/x`, ['Sallyport-Timeout: 50ms'])
    expect(failureOf(reply)).toEqual([504, 'upstream_timeout'])
    await upstream.emptied()
  })
})
