import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasLlhttpCases, type LlhttpCase, llhttpCases } from './llhttp.suite.ts'
import { connected, requestText } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { parseWire, rawExchange } from './wire.suite.ts'

/** What becomes of a reply: passed on whole, or replaced by a failure of ours; cut where it has begun. */
type Outcome = { readonly passed: string } | 'refused'

const otherCoding = 'a transfer encoding that nobody asked for would be lost on the way'
const onlyBehind = 'only what follows the reply needs the leniency: it is dropped with the connection'

/** Where we do otherwise than llhttp declares, and why. */
const deviations: Readonly<Record<string, { readonly outcome: Outcome; readonly why: string }>> = {
  'response-connection: HTTP/1.1 with keep-alive disabled, content-length (lenient)': {
    outcome: { passed: '200 2ad73' },
    why: onlyBehind,
  },
  'response-connection: HTTP/1.1 with keep-alive disabled and 204 status (lenient)': {
    outcome: { passed: '204 ' },
    why: onlyBehind,
  },
  'response-connection: HTTP 100 first, then 400': {
    outcome: 'refused',
    why: 'undici takes a 100 that nobody asked for to be no answer',
  },
  'response-transfer-encoding: `chunked` before other transfer-encoding': {
    outcome: 'refused',
    why: otherCoding,
  },
  'response-transfer-encoding: multiple transfer-encoding where chunked is not the last one': {
    outcome: 'refused',
    why: otherCoding,
  },
  'response-transfer-encoding: `chunkedchunked` transfer-encoding does not enable chunked enconding': {
    outcome: 'refused',
    why: otherCoding,
  },
  'response-invalid: Bare CR followed by CR after response line': {
    outcome: { passed: '200 Evil' },
    why: 'undici’s parser ends the line there; the upstream could have sent the same without',
  },
}

const files = [
  'response-connection.md',
  'response-content-length.md',
  'response-finish.md',
  'response-invalid.md',
  'response-pipelining.md',
  'response-transfer-encoding.md',
]

let sallyport: TestSallyport
let upstream: Server
let account: string
let answer: (socket: Socket) => void

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = createServer((socket) => {
    socket.on('error', () => undefined).on('data', () => answer(socket))
  })
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  account = await connected(sallyport, {
    baseUrl: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
  })
})
afterAll(async () => {
  await sallyport.close()
  upstream.close()
})

describe.skipIf(!hasLlhttpCases)('each reply of llhttp’s own cases gets its declared result', () => {
  const cases = hasLlhttpCases ? files.flatMap(llhttpCases) : []
  test('all of them are tried', () => {
    expect(cases.length).toBeGreaterThan(50)
    const names = new Set(cases.map(({ name }) => name))
    expect(Object.keys(deviations).filter((name) => !names.has(name))).toEqual([])
  })

  test.each(cases.map((each) => [each.name, each] as const))('%s', async (name, each) => {
    const sockets: Socket[] = []
    answer = (socket) => {
      sockets.push(socket)
      socket.write(each.bytes)
      if (endsWithConnection(each)) socket.end()
    }
    const expected = deviations[name]?.outcome ?? declared(each)
    expect(await outcome()).toEqual(expected)
    const [first] = sockets
    if (first && expected === 'refused' && !first.closed) await once(first, 'close')
    // What was left over of one reply is never taken for the next.
    answer = (socket) => {
      sockets.push(socket)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext')
    }
    expect(await outcome()).toEqual({ passed: '200 next' })
  })
})

async function outcome(): Promise<Outcome> {
  const bytes = await rawExchange(sallyport.origin, requestText(sallyport, `GET /proxy/${account}/x`))
  try {
    const reply = parseWire(bytes)
    const status = Number(reply.line.split(' ')[1])
    const length = reply.all('content-length')[0]
    if (length !== undefined && Number(length) !== reply.body.length && status !== 304) return 'refused'
    return reply.all('sallyport-error').length > 0
      ? 'refused'
      : { passed: `${status} ${reply.body.toString('latin1')}` }
  } catch {
    return 'refused'
  }
}

function declared(each: LlhttpCase): Outcome {
  const message = each.messages.find(({ status, complete }) => !complete || (status ?? 0) >= 200)
  const isWhole = message?.complete || (each.error === undefined && endsAtEnd(each))
  if (message && isWhole && !each.type.includes('lenient'))
    return { passed: `${message.status} ${message.body}` }
  return 'refused'
}

/** Without a length, and chunks alone, the end of the connection is the end of the body (RFC 9112 §6.3). */
function endsAtEnd({ messages }: LlhttpCase): boolean {
  const { headers = [], headersComplete = false } = messages.at(-1) ?? {}
  const values = (wanted: string) =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
  const isChunked = /(^|[ ,])chunked$/i.test(values('transfer-encoding').join(', '))
  return headersComplete && values('content-length').length === 0 && !isChunked
}

function endsWithConnection({ error, messages }: LlhttpCase): boolean {
  return error === undefined && !messages.at(-1)?.complete
}
