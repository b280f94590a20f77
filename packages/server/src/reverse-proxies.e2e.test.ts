import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChildServer, childServer, echoServer, pathOf } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { freePort, startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { nextChunk, openCall, type StreamServer, streamServer } from './stream.suite.ts'
import { nextMessage, opened } from './websocket.suite.ts'
import { rawExchange } from './wire.suite.ts'

const nginx = pathOf({
  name: 'nginx',
  variable: 'NGINX_PATH',
  usualPlaces: ['/usr/sbin/nginx', '/usr/bin/nginx'],
  debianPackage: 'nginx-light',
})

/** The page's own words, on a port of loopback and without TLS. */
function configuration(folder: string, port: number, upstream: string): string {
  const page = readFileSync(new URL('../../../docs/reverse-proxies.md', import.meta.url), 'utf8')
  const [, said = ''] = /```nginx\n(.*?)```/s.exec(page) ?? []
  const server = said
    .replace('server 127.0.0.1:3300;', `server ${upstream};`)
    .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port};`)
    .replace(/^ *ssl_.*\n/gm, '')
    .replace(/\nserver \{\n {2}listen 80;.*?\n\}/s, '')
  const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  return [
    `daemon off; pid ${folder}/pid; error_log stderr; worker_processes 1; events {}`,
    `http { access_log off; ${own.join(' ')}`,
    server,
    '}',
  ].join('\n')
}

describe('behind nginx, set up as its page says,', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-nginx-'))
  let sallyport: TestSallyport
  let daemon: ChildServer
  let upstream: StreamServer
  let account: string
  /** Sallyport as callers see it. */
  let front: Pick<TestSallyport, 'origin' | 'adminKey'>
  let answer: (request: IncomingMessage, response: ServerResponse) => void
  beforeAll(async () => {
    const [port, inner] = [await freePort(), await freePort()]
    const publicUrl = `http://127.0.0.1:${port}`
    sallyport = await startSallyport({
      SALLYPORT_PORT: String(inner),
      SALLYPORT_PUBLIC_URL: publicUrl,
      SALLYPORT_TRUSTED_PROXIES: '127.0.0.1/32',
    })
    upstream = await streamServer((request, response) => answer(request, response))
    account = await connected(sallyport, { baseUrl: upstream.origin })
    mkdirSync(join(folder, 'logs'))
    writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, `127.0.0.1:${inner}`))
    const args = ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')]
    daemon = await childServer({ program: nginx, args, port })
    front = { origin: publicUrl, adminKey: sallyport.adminKey }
  })
  afterAll(async () => {
    await daemon.close()
    await sallyport.close()
    await upstream.close()
    rmSync(folder, { recursive: true })
  })

  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${front.origin}/proxy/${account}/${path}`, {
      redirect: 'manual',
      ...init,
      headers: { authorization: `Bearer ${front.adminKey}`, ...init.headers },
    })

  test('events arrive one by one, and a request’s first bytes before its last', async () => {
    const opened = openCall(front, `${account}/both`, { method: 'POST' })
    const arrival = new Promise<{ request: IncomingMessage; response: ServerResponse }>((resolve) => {
      answer = (request, response) => resolve({ request, response })
    })
    opened.request.write('first')
    const { request, response } = await arrival
    expect(await nextChunk(request)).toBe('first')
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    const reply = await opened.reply
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      response.write(event)
      expect(await nextChunk(reply)).toBe(event)
    }
    opened.request.end('last')
    expect(await nextChunk(request)).toBe('last')
    response.end()
  })

  test('paths, queries and headers are those that the caller sent', async () => {
    let seen: IncomingMessage | undefined
    answer = (request, response) => {
      seen = request
      response.end('ok')
    }
    const path = 'a%2Fb//c/%E2%82%AC;x=1?q=a%20b&q=%2B'
    const text = await rawExchange(
      front.origin,
      [
        `GET /proxy/${account}/${path} HTTP/1.1`,
        `Host: ${new URL(front.origin).host}`,
        `Authorization: Bearer ${front.adminKey}`,
        'X_With_Underscores: kept',
        `X-Long: ${'x'.repeat(12_000)}`,
        'Connection: close',
        '',
        '',
      ].join('\r\n'),
    )
    expect(String(text)).toMatch(/^HTTP\/1.1 200 /)
    expect(seen?.url).toBe(`/${path}`)
    expect(seen?.headers).toMatchObject({ x_with_underscores: 'kept' })
    expect(seen?.headers).not.toHaveProperty('x-forwarded-for')
  })

  test('nothing that an API writes into a reply moves nginx', async () => {
    answer = (_, response) => {
      const headers = {
        location: 'http://sallyport/elsewhere',
        'x-accel-redirect': '/healthz',
        server: 'theirs',
      }
      response.writeHead(302, headers).end('their own')
    }
    const reply = await call('accel')
    expect([reply.status, await reply.text()]).toEqual([302, 'their own'])
    expect(reply.headers.get('location')).toBe('http://sallyport/elsewhere')
    expect(reply.headers.get('server')).toBe('theirs')
  })

  test('large bodies pass, in each direction', async () => {
    const body = Buffer.alloc(24_000_000, 'sallyport')
    let received = 0
    answer = (request, response) => {
      request.on('data', (chunk: Buffer) => {
        received += chunk.length
      })
      request.on('end', () => response.end(body))
    }
    const reply = await call('large', { method: 'POST', body })
    expect(Buffer.from(await reply.arrayBuffer()).equals(body)).toBe(true)
    expect(received).toBe(body.length)
  })

  test('WebSockets open, and carry messages both ways', async () => {
    const echo = await echoServer(() => undefined)
    onTestFinished(() => echo.close())
    const client = await opened(front, `${await connected(sallyport, { baseUrl: echo.origin })}/live`)
    const next = nextMessage(client)
    client.send('hello')
    expect(await next).toBe('hello')
  })

  test('the caller’s address is the one that nginx saw, whatever the caller says', async () => {
    const from = async (addresses: readonly string[]) => {
      const input = { name: 'from', scopes: ['proxy:call'], addresses }
      const { body } = await sallyport.request('POST', '/v1/keys', input)
      const headers = { 'x-forwarded-for': '203.0.113.9' }
      // Another than the proxy's own.
      const { request, reply } = openCall({ ...front, adminKey: body.key }, `${account}/x`, {
        headers,
        localAddress: '127.0.0.2',
      })
      request.end()
      const { statusCode } = (await reply).resume()
      return statusCode
    }
    answer = (_, response) => response.end('ok')
    expect([await from(['127.0.0.2/32']), await from(['203.0.113.0/24'])]).toEqual([200, 403])
  })
})
