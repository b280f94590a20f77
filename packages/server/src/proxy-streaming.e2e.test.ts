import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connected, exchange } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { closed, nextChunk, openCall, type StreamServer, signal, streamServer } from './stream.suite.ts'

let sallyport: TestSallyport
let upstream: StreamServer
let account: string
let answer: RequestListener

beforeAll(async () => {
  sallyport = await startSallyport()
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

/** What the upstream is asked next: its request and response, to be handled by the test. */
function asked(): Promise<{ request: IncomingMessage; response: ServerResponse }> {
  const next = signal<{ request: IncomingMessage; response: ServerResponse }>()
  answer = (request, response) => next.give({ request, response })
  return next.given
}

describe('what arrives is passed on as it arrives', () => {
  test('headers before the first event, and each event before the next', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/events`)
    request.end()
    const { response } = await arrival
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    const events = await reply
    expect([events.statusCode, events.headers['content-type']]).toEqual([200, 'text/event-stream'])
    for (const data of ['one', 'two']) {
      const chunk = nextChunk(events)
      response.write(`data: ${data}\n\n`)
      expect(await chunk).toBe(`data: ${data}\n\n`)
    }
    response.end()
    await once(events.resume(), 'end')
    expect(events.complete).toBe(true)
  })

  test('an upload reaches the upstream before it ends', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/upload`, { method: 'PUT' })
    request.write('one')
    const { request: upload, response } = await arrival
    expect(await nextChunk(upload)).toBe('one')
    const chunk = nextChunk(upload)
    request.write('two')
    expect(await chunk).toBe('two')
    request.end()
    await once(upload.resume(), 'end')
    response.end()
    expect((await reply).statusCode).toBe(200)
  })

  test('an announced length does not hold an upload back', async () => {
    const arrival = asked()
    const headers = { 'content-length': '2000000' }
    const { request, reply } = openCall(sallyport, `${account}/upload`, { method: 'PUT', headers })
    request.write('one')
    const { request: upload, response } = await arrival
    expect(await nextChunk(upload)).toBe('one')
    request.end(Buffer.alloc(1_999_997))
    await once(upload.resume(), 'end')
    response.end()
    expect((await reply).statusCode).toBe(200)
  })

  test('both directions go on at once', async () => {
    answer = (request, response) => void request.pipe(response)
    const { request, reply } = openCall(sallyport, `${account}/echo`, { method: 'POST' })
    request.write('one')
    const echo = await reply
    expect(await nextChunk(echo)).toBe('one')
    const chunk = nextChunk(echo)
    request.write('two')
    expect(await chunk).toBe('two')
    request.end()
    await once(echo.resume(), 'end')
    expect(echo.complete).toBe(true)
  })
})

describe('200 MB pass in bounded memory', () => {
  const block = Buffer.alloc(65_536, 'x')
  const whole = 200 * 1024 * 1024
  const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024)

  /** Writes the whole at once, as far as it is let; `sent` counts. */
  async function pour(into: NodeJS.WritableStream, sent: { bytes: number }): Promise<void> {
    for (; sent.bytes < whole; sent.bytes += block.length) if (!into.write(block)) await once(into, 'drain')
    into.end()
  }

  /** Reads all of it, leaving the writer many chances to run ahead; how far it did, and what memory that took. */
  async function sip(from: IncomingMessage, sent: { readonly bytes: number }) {
    const before = process.memoryUsage().rss
    let [received, ahead, grown, pause] = [0, 0, 0, 0]
    for await (const chunk of from as AsyncIterable<Buffer>) {
      received += chunk.length
      ahead = Math.max(ahead, sent.bytes - received)
      if (received < pause) continue
      pause = received + 1024 * 1024
      for (let turns = 0; turns < 20; turns += 1) await turn()
      grown = Math.max(grown, process.memoryUsage().rss - before)
    }
    return { received, ahead: megabytes(ahead), grown: megabytes(grown) }
  }

  async function download() {
    const sent = { bytes: 0 }
    answer = (_, response) => void pour(response, sent)
    const { request, reply } = openCall(sallyport, `${account}/download`)
    request.end()
    return sip(await reply, sent)
  }

  // The first pass fills the memory that the process then works with, whatever passes.
  beforeAll(download)

  test('to a caller who reads slowly', async () => {
    const { received, ahead, grown } = await download()
    expect(received).toBe(whole)
    expect(ahead).toBeLessThan(32)
    expect(grown).toBeLessThan(64)
  })

  test.each([{}, { 'content-length': String(whole) }])(
    'to an upstream that reads slowly: %j',
    async (headers) => {
      const sent = { bytes: 0 }
      const arrival = asked()
      const { request, reply } = openCall(sallyport, `${account}/upload`, { method: 'POST', headers })
      const poured = pour(request, sent)
      const { request: upload, response } = await arrival
      const { received, ahead, grown } = await sip(upload, sent)
      response.end('done')
      expect(received).toBe(whole)
      expect(ahead).toBeLessThan(32)
      expect(grown).toBeLessThan(64)
      await poured
      expect((await reply).statusCode).toBe(200)
    },
  )
})

describe('when the caller leaves, the upstream request is aborted', () => {
  test('before the reply began', async () => {
    const arrival = asked()
    const { request } = openCall(sallyport, `${account}/slow`)
    request.end()
    const { response } = await arrival
    request.destroy()
    await closed(response)
    expect(response.writableFinished).toBe(false)
  })

  test('in the middle of the reply', async () => {
    const arrival = asked()
    const { request, reply } = openCall(sallyport, `${account}/slow`)
    request.end()
    const { response } = await arrival
    response.write('one')
    await nextChunk(await reply)
    request.destroy()
    await closed(response)
    expect(response.writableFinished).toBe(false)
  })

  test('in the middle of the upload', async () => {
    const arrival = asked()
    const { request } = openCall(sallyport, `${account}/upload`, { method: 'POST' })
    request.write('one')
    const { request: upload, response } = await arrival
    await nextChunk(upload)
    request.destroy()
    await closed(response)
    expect(upload.complete).toBe(false)
  })

  test('also while the upstream does not read the upload: it finds it cut when it reads on', async () => {
    const arrival = asked()
    const { request } = openCall(sallyport, `${account}/upload`, { method: 'POST' })
    request.write(Buffer.alloc(4_000_000))
    const { request: upload, response } = await arrival
    request.destroy()
    await closed(request)
    upload.on('error', () => undefined).resume()
    await closed(response)
    expect(upload.complete).toBe(false)
  })

  test('500 times at any moment, and no connection stays behind', async () => {
    const stages: ((response: ServerResponse) => void)[] = [
      () => undefined,
      (response) => response.writeHead(200).flushHeaders(),
      (response) => response.write(Buffer.alloc(300_000)),
    ]
    let arrived = 0
    const all = signal()
    answer = (request, response) => {
      stages[arrived % stages.length]?.(response)
      request.once('data', () => undefined)
      arrived += 1
      if (arrived === 500) all.give()
    }
    const calls = Array.from({ length: 500 }, (_, index) => {
      const { request } = openCall(sallyport, `${account}/slow`, { method: 'POST' })
      if (index % 2 === 0) request.end('body')
      else request.write('the beginning of a body')
      return request
    })
    await all.given
    for (const request of calls) request.destroy()
    await upstream.emptied()
    expect(upstream.open.size).toBe(0)
    answer = (_, response) => response.end('ok')
    expect((await exchange(sallyport, `GET /proxy/${account}/after`)).body.toString()).toBe('ok')
  })
})

describe('an upstream that breaks off', () => {
  test.each([{}, { 'content-length': '100' }])(
    'cuts the caller’s connection, so that no part passes for the whole: %j',
    async (headers) => {
      const arrival = asked()
      const { request, reply } = openCall(sallyport, `${account}/broken`)
      request.end()
      const { response } = await arrival
      response.writeHead(200, headers).write('the first part')
      const broken = await reply
      expect(await nextChunk(broken)).toBe('the first part')
      const cut = once(broken, 'error')
      response.destroy()
      expect(await cut).toMatchObject([{ code: 'ECONNRESET' }])
      expect(broken.complete).toBe(false)
    },
  )

  test('after a body that it did not read to its end does not harm the next call', async () => {
    answer = (request, response) => request.once('data', () => response.socket?.resetAndDestroy())
    const { request, reply } = openCall(sallyport, `${account}/broken`, { method: 'POST' })
    request.write(Buffer.alloc(100_000))
    expect((await reply).statusCode).toBe(502)
    request.destroy()
    answer = (_, response) => response.end('ok')
    expect((await exchange(sallyport, `GET /proxy/${account}/after`)).body.toString()).toBe('ok')
  })

  test('before a connection came about leaves a caller that leaves later unharmed', async () => {
    const gone = await streamServer(() => undefined)
    await gone.close()
    const id = await connected(sallyport, { baseUrl: gone.origin })
    const { request, reply } = openCall(sallyport, `${id}/upload`, { method: 'POST' })
    request.write(Buffer.alloc(100_000))
    expect((await reply).statusCode).toBe(502)
    request.destroy()
    await closed(request)
    expect((await exchange(sallyport, `GET /proxy/${account}/after`)).body.toString()).toBe('ok')
  })
})
