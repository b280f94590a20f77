import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ownerOf, type WorkerNode, workerNode } from './workers.suite.ts'

/** An API that answers when the test says so, and an account of it. */
async function limitedApi(node: WorkerNode, definition: Readonly<Record<string, unknown>>) {
  const asked: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = []
  let isAnswering = false
  const server = createServer((request, response) => {
    asked.push({ request, response })
    if (isAnswering) response.end('ok')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.closeAllConnections())
  onTestFinished(() => void server.close())
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await node.request('POST', '/v1/integrations', {
    ...{ key: 'api', name: 'API', baseUrl, auth: { type: 'api_token' } },
    ...definition,
  })
  const secret = { token: 'token-of-the-api' }
  const { body } = await node.request('POST', '/v1/accounts', { integration: 'api', name: 'A', secret })
  const answerAtOnce = () => {
    isAnswering = true
    for (const { response } of asked) response.end('ok')
  }
  return { asked, answerAtOnce, path: `/proxy/${body.id}/` }
}

async function waitingCalls(node: WorkerNode): Promise<number> {
  const { text } = await node.request('GET', '/metrics')
  return Number(/^sallyport_limited_calls_waiting\S* (\d+)$/m.exec(text)?.[1])
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(2)
}

test('a limit holds over all workers, and what one that dies held is free for the others', async () => {
  const node = await workerNode(2)
  const { asked, answerAtOnce, path } = await limitedApi(node, {
    limits: { concurrency: 4, queue: { seconds: 50 } },
  })
  const replies: Promise<{ readonly status: number } | undefined>[] = []
  // Each on a connection of its own, which whichever worker takes.
  const call = () => void replies.push(node.request('GET', path).catch(() => undefined))
  const underWay = () =>
    asked.filter(({ request, response }) => !request.destroyed && !response.writableEnded)
  for (let made = 1; made <= 12; made += 1) call()
  await until(() => asked.length === 4)
  while ((await waitingCalls(node)) !== 8) await pause(20)
  asked[0]?.response.end('ok')
  await until(() => asked.length === 5)
  expect(underWay()).toHaveLength(4)
  const [held] = underWay()
  const dying = ownerOf(held?.request.socket.remotePort as number, node.workers()) as number
  process.kill(dying, 'SIGKILL')
  // Connections that are given to a dead one before that is known are lost (node:cluster).
  await until(() => !node.workers().includes(dying) && node.workers().length === 2)
  // All that waited may have waited in the one that died.
  call()
  await until(() => asked.length > 5)
  expect(underWay().length).toBeLessThanOrEqual(4)
  answerAtOnce()
  const served = (await Promise.all(replies)).filter((reply) => reply !== undefined)
  expect(served.length).toBeGreaterThan(0)
  expect(served.every(({ status }) => status === 200)).toBe(true)
})

test('a pause that one worker was asked for, all of them keep', async () => {
  const node = await workerNode(2)
  const { asked, path } = await limitedApi(node, {})
  const first = node.request('GET', path)
  await until(() => asked.length === 1)
  asked[0]?.response.writeHead(429, { 'retry-after': '60' }).end()
  expect((await first).status).toBe(429)
  // Each on a connection of its own, which the workers take in turn.
  const replies = await node.requests(4, path)
  expect(replies.map(({ body }) => body.code)).toEqual(Array(4).fill('limit_reached'))
  expect(asked).toHaveLength(1)
})
