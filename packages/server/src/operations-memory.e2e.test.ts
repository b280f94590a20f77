import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { type SallyportProcess, spawnSallyport } from './process.suite.ts'
import { send, type TestSallyport } from './sallyport.suite.ts'

const pages = 10_000
const itemsPerPage = 40
const text = 'x'.repeat(380)

/** What is resident of a process, in MB. */
function resident({ pid }: SallyportProcess): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number(kilobytes) / 1024
}

/** An API with so many pages, each of which says where the next one is. */
async function pagedApi(): Promise<string> {
  const server = createServer((request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://api.test').searchParams.get('page') ?? 1)
    const items = Array.from({ length: itemsPerPage }, (_, index) => ({
      id: page * itemsPerPage + index,
      text,
    }))
    const body = JSON.stringify({ items, next: page < pages ? `?page=${page + 1}` : null })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test.skipIf(!existsSync('/proc/self/status'))(
  'ten thousand pages of 160 MB are one stream, which takes at most 120 MB of memory more than its beginning',
  async () => {
    const sallyport = await spawnSallyport({ SALLYPORT_WORKERS: '1' })
    onTestFinished(() => void sallyport.kill())
    const ask = (method: string, path: string, body: unknown) =>
      send(sallyport.origin + path, method, body, { key: sallyport.adminKey, headers: {} })
    const baseUrl = `${await pagedApi()}/list`
    const account = await connected({ request: ask } as unknown as TestSallyport, { baseUrl })
    const paging = { kind: 'next_url', url: '/next', items: '/items', maxPages: pages }
    const steps = [{ name: 'list', kind: 'http', paging }]
    await ask('POST', '/v1/operations', { key: 'list', name: 'List', timeoutSeconds: 120, steps })
    const call = httpRequest(`${sallyport.origin}/v1/operations/list/run`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${sallyport.adminKey}`, 'content-type': 'application/json' },
        accept: 'application/x-ndjson',
      },
    })
    call.end(JSON.stringify({ account }))
    const [reply] = (await once(call, 'response')) as [IncomingMessage]
    let [bytes, lines, last, before, most] = [0, 0, '', 0, 0]
    let nextLook = 1_000_000
    for await (const chunk of reply as AsyncIterable<Buffer>) {
      bytes += chunk.length
      for (const byte of chunk) if (byte === 10) lines += 1
      last = (last + chunk.toString('latin1')).slice(-1000)
      if (bytes < nextLook) continue
      nextLook += 1_000_000
      const now = resident(sallyport)
      if (bytes < 8_000_000) before = Math.max(before, now)
      else most = Math.max(most, now)
    }
    expect(JSON.parse(last.trim().split('\n').at(-1) ?? '')).toEqual({ end: { pages } })
    expect(lines).toBe(pages * itemsPerPage + 1)
    expect(bytes).toBeGreaterThan(160_000_000)
    // What the collector of garbage leaves for later is fifty to ninety; what kept the pages would have over two hundred.
    expect(most - before).toBeLessThan(120)
  },
)
