import { rmSync } from 'node:fs'
import type { CallEventReply } from '@sallyport/contract'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { type SallyportProcess, spawnSallyport } from './process.suite.ts'
import { freePort, send, type TestSallyport } from './sallyport.suite.ts'
import { streamServer } from './stream.suite.ts'

/** A program with an account at an API. */
async function served() {
  const upstream = await streamServer((_, response) => response.end('ok'))
  const settings = { SALLYPORT_PORT: String(await freePort()), SALLYPORT_ADMIN_KEY: 'admin'.repeat(10) }
  const first = await spawnSallyport(settings)
  let server = first
  onTestFinished(async () => {
    await server.kill()
    await upstream.close()
    rmSync(first.dataFolder, { recursive: true })
  })
  const request: TestSallyport['request'] = (method, path, body) =>
    send(`${first.origin}${path}`, method, body, { key: first.adminKey, headers: {} })
  const account = await connected({ ...first, request } as unknown as TestSallyport, {
    baseUrl: upstream.origin,
  })
  return {
    server: first,
    account,
    request,
    again: async (): Promise<SallyportProcess> => {
      server = await spawnSallyport(settings, first.dataFolder)
      return server
    },
    /** Ids of requests whose calls are told of. */
    async told(): Promise<Set<string>> {
      const ids = new Set<string>()
      let cursor = ''
      do {
        const { body } = await request('GET', `/v1/events?type=call&limit=100${cursor}`)
        for (const { data } of body.items as CallEventReply[]) ids.add(data.requestId)
        cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : ''
      } while (cursor)
      return ids
    },
  }
}

test('who stops Sallyport loses the event of no call', async () => {
  const { server, account, request, again, told } = await served()
  const ids: (string | null)[] = []
  for (let round = 0; round < 5; round += 1) {
    const replies = await Promise.all(Array.from({ length: 40 }, () => request('GET', `/proxy/${account}/a`)))
    for (const { headers } of replies) ids.push(headers.get('sallyport-request-id'))
  }
  expect((await server.stop()).code).toBe(0)
  await again()
  const kept = await told()
  expect(ids.filter((id) => id === null || !kept.has(id))).toEqual([])
  expect(kept.size).toBe(200)
})

test('who kills it loses the last second at most', async () => {
  const { server, account, request, again, told } = await served()
  const early = await Promise.all(Array.from({ length: 50 }, () => request('GET', `/proxy/${account}/a`)))
  // Written without anything that would have it written.
  const written = async () => (await request('GET', '/metrics')).text.match(/outcome="written"\} (\d+)/)?.[1]
  await expect.poll(written, { timeout: 5000 }).toBe('50')
  await request('GET', `/proxy/${account}/late`)
  await server.kill()
  await again()
  const kept = await told()
  const lost = early.filter(({ headers }) => !kept.has(headers.get('sallyport-request-id') ?? ''))
  expect(lost).toEqual([])
})
