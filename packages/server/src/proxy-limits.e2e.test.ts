import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { converse } from './conversation.suite.ts'
import { connected, exchange, failureOf } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { closed, nextChunk, openCall, type StreamServer, signal, streamServer } from './stream.suite.ts'
import { wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: StreamServer
let account: string
let answer: RequestListener

beforeAll(async () => {
  sallyport = await startSallyport({
    SALLYPORT_MAX_REQUEST_BYTES: '200000',
    SALLYPORT_IDLE_SECONDS: '1',
    SALLYPORT_STREAM_IDLE_SECONDS: '3',
  })
  upstream = await streamServer((request, response) => answer(request, response))
  account = await connected(sallyport, { baseUrl: upstream.origin })
})
afterAll(async () => {
  await sallyport.close()
  await upstream.close()
})
beforeEach(() => {
  answer = (_, response) => response.end('ok')
})

/** What the upstream is asked next. */
function asked(): Promise<{ request: IncomingMessage; response: ServerResponse }> {
  const next = signal<{ request: IncomingMessage; response: ServerResponse }>()
  answer = (request, response) => next.give({ request, response })
  return next.given
}

const codeOf = ({ statusCode, headers }: IncomingMessage) => [statusCode, headers['sallyport-error']]

describe('a request body', () => {
  test.each(['content-length', 'transfer-encoding'])('of the limit passes: %s', async (framing) => {
    answer = async (request, response) => {
      let length = 0
      for await (const chunk of request) length += (chunk as Buffer).length
      response.end(String(length))
    }
    const headers = framing === 'content-length' ? { 'content-length': '200000' } : {}
    const { request, reply } = openCall(sallyport, `${account}/x`, { method: 'PUT', headers })
    request.end(Buffer.alloc(200_000))
    expect(await nextChunk(await reply)).toBe('200000')
  })

  test('that is announced as longer is refused before anything is sent', async () => {
    let sent = 0
    answer = () => {
      sent += 1
    }
    const headers = { 'content-length': '200001' }
    const { request, reply } = openCall(sallyport, `${account}/x`, { method: 'PUT', headers })
    request.write(Buffer.alloc(100_000))
    expect(codeOf(await reply)).toEqual([413, 'body_too_large'])
    await closed(request)
    expect(sent).toBe(0)
  })

  test('in chunks that turns out longer is refused as it does, and the upstream’s request is cut', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/x`, { method: 'PUT' })
    request.write(Buffer.alloc(100_000))
    const { request: upload, response } = await arrival
    upload.on('error', () => undefined).resume()
    request.write(Buffer.alloc(100_001))
    expect(codeOf(await reply)).toEqual([413, 'body_too_large'])
    await closed(response)
    expect(upload.complete).toBe(false)
  })

  test('that turns out longer when the reply has begun cuts the reply', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/x`, { method: 'PUT' })
    request.write('one')
    const { request: upload, response } = await arrival
    upload.on('error', () => undefined).resume()
    response.write('the beginning')
    const begun = await reply
    expect(await nextChunk(begun)).toBe('the beginning')
    const cut = once(begun, 'error')
    request.write(Buffer.alloc(200_000))
    await cut
    await closed(response)
    expect([begun.complete, upload.complete]).toEqual([false, false])
  })

  test('that never ends does not keep its connection after a refusal', async () => {
    const client = await converse(sallyport.origin)
    client.say('POST /proxy/acc_1/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    await client.heard(/HTTP\/1\.1 401 /)
    const endless = () => client.say(`10000\r\n${'x'.repeat(65_536)}\r\n`)
    client.socket.on('drain', endless)
    for (let count = 0; count < 8; count += 1) endless()
    await client.closed()
  })
})

describe('headers', () => {
  const long = `X-Long: ${'x'.repeat(32_000)}`

  test('up to the limit pass, however many there are', async () => {
    const wire = await wireServer()
    onTestFinished(wire.close)
    const id = await connected(sallyport, { baseUrl: wire.origin })
    const many = Array.from({ length: 1_900 }, (_, index) => `x${index}: 1`)
    expect((await exchange(sallyport, `GET /proxy/${id}/x`, many)).line).toMatch(/ 200 /)
    expect(wire.requests[0]?.headers.filter(([name]) => /^x\d+$/.test(name)).length).toBe(1_900)
    expect((await exchange(sallyport, `GET /proxy/${id}/x`, [long])).line).toMatch(/ 200 /)
  })

  test('beyond it are refused with 431', async () => {
    const reply = await exchange(sallyport, `GET /proxy/${account}/x`, [long, `X-More: ${'x'.repeat(1_000)}`])
    expect(failureOf(reply)).toEqual([431, 'headers_too_large'])
  })

  test('of a reply pass up to the limit, and beyond it are refused with 502, and the reason', async () => {
    answer = (_, response) => response.writeHead(200, { 'x-long': 'x'.repeat(32_000) }).end('ok')
    expect((await exchange(sallyport, `GET /proxy/${account}/x`)).all('x-long')[0]?.length).toBe(32_000)
    answer = (_, response) => response.writeHead(200, { 'x-long': 'x'.repeat(33_000) }).end('ok')
    const reply = await exchange(sallyport, `GET /proxy/${account}/x`)
    expect(failureOf(reply)).toEqual([502, 'upstream_unreachable'])
    expect(reply.body.toString()).toMatch(/SALLYPORT_MAX_HEADER_BYTES/)
  })
})

describe('silence', () => {
  test('of the API before its reply ends the wait with 504', async () => {
    answer = () => undefined
    const reply = await exchange(sallyport, `GET /proxy/${account}/x`)
    expect(failureOf(reply)).toEqual([504, 'upstream_timeout'])
  })

  test('of the API is waited for longer where the caller says so', async () => {
    answer = (_, response) => void setTimeout(() => response.end('late'), 2_500)
    const reply = await exchange(sallyport, `GET /proxy/${account}/x`, ['Sallyport-Timeout: 30s'])
    expect(reply.body.toString()).toBe('late')
  })

  test('of the API within its reply cuts the reply', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/x`)
    request.end()
    const { response } = await arrival
    response.writeHead(200, { 'content-length': '100' }).write('some')
    const begun = await reply
    const cut = once(begun.resume(), 'error')
    await closed(response)
    await cut
    expect(begun.complete).toBe(false)
  })

  test('of a stream of events is borne longer, and not for ever', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/x`)
    request.end()
    const { response } = await arrival
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders()
    const events = await reply
    setTimeout(() => response.write('data: late\n\n'), 2_000)
    expect(await nextChunk(events)).toBe('data: late\n\n')
    const cut = once(events, 'error')
    await closed(response)
    await cut
  })

  test('of the caller within its body is refused with 408, and the upstream’s request is cut', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/x`, { method: 'PUT' })
    request.write('some')
    const { request: upload, response } = await arrival
    upload.on('error', () => undefined).resume()
    expect(codeOf(await reply)).toEqual([408, 'request_timeout'])
    await closed(response)
    expect(upload.complete).toBe(false)
  })

  test('between calls closes the connection, also after one of our own endpoints and after a stream of events', async () => {
    answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: x\n\n')
    for (const path of [`/proxy/${account}/x`, '/healthz']) {
      const socket = connect(Number(new URL(sallyport.origin).port), '127.0.0.1')
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${sallyport.adminKey}\r\n\r\n`)
      const [reply] = (await once(socket, 'data')) as [Buffer]
      expect(reply.toString()).toMatch(/^HTTP\/1\.1 200 /)
      await once(socket.resume(), 'close')
    }
  })

  test('of a caller who does not read cuts the reply', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/x`)
    request.end()
    const { response } = await arrival
    const begun = reply.then((message) => message.pause())
    const block = Buffer.alloc(1_000_000)
    const fill = () => {
      while (!response.destroyed && response.write(block));
    }
    response.on('drain', fill)
    fill()
    await begun
    await closed(response)
    expect(response.writableFinished).toBe(false)
    request.destroy()
  })

  test('of an API that does not read ends with 504', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/x`, {
      method: 'PUT',
      headers: { 'content-length': '200000' },
    })
    request.write(Buffer.alloc(100))
    const { request: upload } = await arrival
    upload.pause()
    request.end(Buffer.alloc(199_900))
    expect(codeOf(await reply)).toEqual([504, 'upstream_timeout'])
  })
})

test('a caller that closes its sending side is taken to have left, and the upstream is let go', async () => {
  const arrival = asked()
  const client = await converse(sallyport.origin)
  client.socket.end(
    `GET /proxy/${account}/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${sallyport.adminKey}\r\n\r\n`,
  )
  const { response } = await arrival
  await closed(response)
  expect(response.writableFinished).toBe(false)
})
