import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** Where to, and as whom. */
export interface Through {
  readonly port: number
  readonly key: string
  readonly account: string
}

const block = Buffer.alloc(65_536, 'x')
const burst = 4_194_304

/** Fetches so many bytes, resting after each 4 MB; how many came. */
export async function download(through: Through, bytes: number, rest: number): Promise<number> {
  const call = asked(through, 'GET', `/source?bytes=${bytes}`)
  call.end()
  const [reply] = (await once(call, 'response')) as [IncomingMessage]
  let [received, next] = [0, burst]
  for await (const chunk of reply) {
    received += (chunk as Buffer).length
    if (received < next) continue
    next += burst
    await delay(rest)
  }
  return received
}

/** Sends so many bytes, resting after each 4 MB, to an upstream that rests, too; how many arrived. */
export async function upload(
  through: Through,
  bytes: number,
  { rest, upstreamRest }: { readonly rest: number; readonly upstreamRest: number },
): Promise<number> {
  const call = asked(through, 'POST', `/sink?rest=${upstreamRest}`)
  const replied = once(call, 'response') as Promise<[IncomingMessage]>
  let next = burst
  for (let sent = 0; sent < bytes; sent += block.length) {
    if (!call.write(block)) await once(call, 'drain')
    if (sent < next) continue
    next += burst
    await delay(rest)
  }
  call.end()
  const [reply] = await replied
  let text = ''
  for await (const chunk of reply) text += String(chunk)
  return Number(text)
}

function asked({ port, key, account }: Through, method: string, path: string) {
  return httpRequest({
    port,
    host: '127.0.0.1',
    agent: false,
    method,
    path: `/proxy/${account}${path}`,
    headers: { authorization: `Bearer ${key}` },
  })
}
