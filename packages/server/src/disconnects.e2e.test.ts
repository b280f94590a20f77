import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { converse } from './conversation.suite.ts'
import { type BreakingServer, breakingServer, breakOff, everyBreak } from './disconnects.suite.ts'
import { connected, exchange, requestText } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { wireReply, wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: BreakingServer
let account: string

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = await breakingServer()
  account = await connected(sallyport, { baseUrl: upstream.origin })
})
afterAll(async () => {
  await sallyport.close()
  await upstream.close()
})

/** What keeps this process alive: Sallyport, its callers and its upstream are all in it. */
function resources(): { readonly connections: number; readonly timers: number } {
  const count = (kind: string) => process.getActiveResourcesInfo().filter((each) => each === kind).length
  return { connections: count('TCPSocketWrap') + count('TCPConnectWrap'), timers: count('Timeout') }
}

/** Well before the shortest of our own timeouts for a call. */
const sooner = 25_000

test('500 calls broken off at any moment, on either side, leave nothing behind', {
  timeout: sooner,
}, async () => {
  const warnings: string[] = []
  const warn = ({ message }: Error) => warnings.push(message)
  process.on('warning', warn)
  const before = resources()
  let number = 0
  while (number < 500) {
    const batch = everyBreak.map((how) => breakOff(sallyport, upstream, account, { number: number++, how }))
    await Promise.all(batch)
  }
  // Kept-alive connections that nobody uses go by themselves after a few seconds.
  while (resources().connections > before.connections || resources().timers > before.timers) await turn()
  expect(upstream.open.size).toBe(0)
  process.off('warning', warn)
  expect(warnings).toEqual([])
  expect(sallyport.logged()).not.toMatch(/unexpected failure/)

  const well = await wireServer()
  const next = await connected(sallyport, { baseUrl: well.origin })
  expect((await exchange(sallyport, `GET /proxy/${next}/after`)).body.toString()).toBe('ok')
  await well.close()
})

test('a reply that its caller left half-way reaches nobody: no other account, nor its own’s next call', async () => {
  const half = await wireServer()
  const [one, other] = [
    await connected(sallyport, { baseUrl: half.origin }),
    await connected(sallyport, { baseUrl: half.origin }),
  ]
  // Sized for two halves; what looks like another reply follows in the second.
  const secret = wireReply('200 OK', [], 'of the one who left')
  half.answer = ({ line }) =>
    line.includes('/left')
      ? `HTTP/1.1 200 OK\r\nContent-Length: ${20 + secret.length}\r\n\r\nhalf`
      : wireReply()
  for (let round = 0; round < 5; round += 1) {
    const client = await converse(sallyport.origin)
    client.say(requestText(sallyport, `GET /proxy/${one}/left`))
    await client.heard(/half$/)
    client.socket.resetAndDestroy()
    const replies = [one, other].map((account) => exchange(sallyport, `GET /proxy/${account}/next`))
    for (const { body } of await Promise.all(replies)) expect(body.toString()).toBe('ok')
  }
  const left = half.requests.filter(({ line }) => line.includes('/left')).length
  // Each that was left took its connection with it.
  expect([left, half.connections >= left]).toEqual([5, true])
  await half.close()
})
