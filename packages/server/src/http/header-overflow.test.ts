import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  headerBytes,
  headerLimit,
  headersTooLargePage,
  onClientError,
  parserHeaderLimit,
} from './header-overflow.ts'

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer({ maxHeaderSize: parserHeaderLimit }, listener)
  server.on('clientError', onClientError)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Sends bytes as they are, and reads until the other side ends. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.setEncoding('latin1')
  let reply = ''
  socket.on('data', (text: string) => {
    reply += text
  })
  socket.on('error', () => undefined)
  const ended = once(socket, 'end')
  socket.write(request)
  await ended
  return reply
}

const never: RequestListener = () => {
  throw new Error('the parser let it through')
}

describe('headerBytes', () => {
  test('counts names, values, separators and line ends', () => {
    expect(headerBytes([])).toBe(0)
    const sent = 'Host: a.example\r\nCookie: x=1\r\n'
    expect(headerBytes(['Host', 'a.example', 'Cookie', 'x=1'])).toBe(sent.length)
  })

  test('our limit comes before the parser’s, so that our page can answer', () => {
    expect(headerLimit).toBe(32 * 1024)
    expect(parserHeaderLimit).toBeGreaterThan(headerLimit)
  })
})

describe('onClientError', () => {
  test('headers that the parser refuses get a page that says why, and the mend', async () => {
    const cookies = 'x'.repeat(parserHeaderLimit + 1000)
    const reply = await exchange(
      await serve(never),
      `GET /callback/int_1?state=canary HTTP/1.1\r\nHost: a\r\nCookie: ${cookies}\r\n\r\n`,
    )
    const [head = '', body = ''] = reply.split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
    expect(head).toMatch(/content-type: text\/html; charset=utf-8/i)
    expect(head).toMatch(/content-security-policy: default-src 'none'/i)
    expect(head).toMatch(/cache-control: no-store/i)
    expect(head).toMatch(/connection: close/i)
    expect(head.toLowerCase()).toContain(`content-length: ${body.length}`)
    expect(body).toMatch(/cookies/)
    expect(body).toMatch(/private window/)
    expect(body).not.toContain('canary')
  })

  test('headers up to the parser’s limit reach the server', async () => {
    const port = await serve((request, response) => {
      response.setHeader('connection', 'close').end(String(headerBytes(request.rawHeaders) > headerLimit))
    })
    const reply = await exchange(
      port,
      `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${'x'.repeat(headerLimit)}\r\n\r\n`,
    )
    expect(reply).toMatch(/^HTTP\/1\.1 200 /)
    expect(reply).toMatch(/true/)
  })

  test.each([1000, 5000, 200_000])(
    'an address %i bytes over the parser’s limit gets 414, not advice on cookies',
    async (excess) => {
      const address = `/callback/int_1?state=${'x'.repeat(parserHeaderLimit + excess)}`
      const reply = await exchange(
        await serve(never),
        `GET ${address} HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=2\r\n\r\n`,
      )
      expect(reply).toMatch(/^HTTP\/1\.1 414 URI Too Long\r\n/)
    },
  )

  test('many cookies after a long address are still what is said', async () => {
    const cookies = Array.from({ length: 40 }, (_, index) => `cookie${index}=${'x'.repeat(2000)}`).join('; ')
    const request = `GET /${'y'.repeat(7000)} HTTP/1.1\r\nHost: a\r\nCookie: ${cookies}\r\n\r\n`
    expect(await exchange(await serve(never), request)).toMatch(/^HTTP\/1\.1 431 /)
  })

  test.each([
    'nonsense\r\n\r\n',
    'GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  ])('%j gets 400 and an empty body', async (request) => {
    const reply = await exchange(await serve(never), request)
    expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(reply).toMatch(/content-length: 0\r\n/i)
    expect(reply.endsWith('\r\n\r\n')).toBe(true)
  })
})

test('the page runs no script and loads nothing from elsewhere', () => {
  expect(headersTooLargePage()).not.toMatch(/<script|https?:\/\//i)
})
