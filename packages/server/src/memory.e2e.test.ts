import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { type SallyportProcess, spawnSallyport } from './process.suite.ts'
import { send, type TestSallyport } from './sallyport.suite.ts'
import { streamServer } from './stream.suite.ts'

const mebibyte = 1_048_576
const whole = 256 * mebibyte
const block = Buffer.alloc(65_536, 'x')

/** What is resident of a process, in MB. */
function resident({ pid }: SallyportProcess): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number(kilobytes) / 1024
}

/** Reads a body with a rest after each MiB; `at` is called in each. */
async function sip(from: IncomingMessage, at: () => void = () => undefined): Promise<number> {
  let [received, next] = [0, mebibyte]
  for await (const chunk of from as AsyncIterable<Buffer>) {
    received += chunk.length
    if (received < next) continue
    next += mebibyte
    for (let turns = 0; turns < 10; turns += 1) await turn()
    at()
  }
  return received
}

async function pour(into: NodeJS.WritableStream, bytes: number, rest: boolean): Promise<void> {
  for (let sent = 0; sent < bytes; sent += block.length) {
    if (!into.write(block)) await once(into, 'drain')
    if (rest && sent % mebibyte === 0) for (let turns = 0; turns < 10; turns += 1) await turn()
  }
  into.end()
}

test.skipIf(!existsSync('/proc/self/status'))(
  '256 MiB up and down at once, with slow readers and a slow writer, take at most 48 MB of memory',
  async () => {
    const sallyport = await spawnSallyport({ SALLYPORT_WORKERS: '1' })
    onTestFinished(() => void sallyport.kill())
    const upstream = await streamServer(async (request, response) => {
      if (request.method === 'GET') await pour(response, Number(request.headers['x-bytes']), false)
      else response.end(String(await sip(request)))
    })
    onTestFinished(() => upstream.close())
    const asTest: Pick<TestSallyport, 'request'> = {
      request: (method, path, body) =>
        send(sallyport.origin + path, method, body, { key: sallyport.adminKey, headers: {} }),
    }
    const account = await connected(asTest as TestSallyport, { baseUrl: upstream.origin })
    const call = (method: string, bytes: number) =>
      httpRequest(`${sallyport.origin}/proxy/${account}/x`, {
        method,
        agent: false,
        headers: { authorization: `Bearer ${sallyport.adminKey}`, 'x-bytes': String(bytes) },
      })
    const replyTo = async (request: ReturnType<typeof call>) => {
      const [reply] = (await once(request, 'response')) as [IncomingMessage]
      return reply
    }
    const both = async (bytes: number, at: () => void) => {
      const [down, up] = [call('GET', bytes), call('POST', bytes)]
      down.end()
      const [received, arrived] = await Promise.all([
        replyTo(down).then((reply) => sip(reply, at)),
        Promise.all([replyTo(up), pour(up, bytes, true)]).then(async ([reply]) => {
          const [text] = (await once(reply, 'data')) as [Buffer]
          return Number(text.toString())
        }),
      ])
      expect([received, arrived]).toEqual([bytes, bytes])
    }
    // The first pass fills the memory that the process then works with, whatever passes.
    await both(64 * mebibyte, () => undefined)
    const before = resident(sallyport)
    let most = before
    await both(whole, () => {
      most = Math.max(most, resident(sallyport))
    })
    expect(most - before).toBeLessThan(48)
  },
)
