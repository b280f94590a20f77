import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasLlhttpCases, type LlhttpCase, llhttpCases, type ParsedMessage } from './llhttp.suite.ts'
import { connected } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { closed } from './stream.suite.ts'
import { type WireServer, wireReply, wireServer } from './wire.suite.ts'

/** What becomes of a stream of requests: what the upstream got whole, what the caller was told, and what came of the one behind it. */
interface Outcome {
  readonly seen: readonly string[]
  readonly statuses: readonly number[]
  /** Whether a request that follows on the same connection is served. */
  readonly follows: boolean
}

const fragment = 'a fragment is refused: what we add to a query would be lost in it'
const otherForm = 'a target that is no path leads to nothing but the public pages'
const tunnel = 'a tunnel to anywhere is refused, and the connection ends with it'
const strictSoFar = 'only the last of its requests needs the leniency, or what follows them'

/** Where we do otherwise than llhttp declares, and why. */
const deviations: Readonly<Record<string, Partial<Outcome> & { readonly why: string }>> = {
  'request-connection: Setting flag on `close` followed by tab': {
    follows: true,
    why: 'the parser of Node takes the tab for a part of the word, and keeps the connection',
  },
  'request-connection: CRLF between requests, explicit `close` (lenient)': {
    seen: ['POST / q=42'],
    statuses: [200],
    why: strictSoFar,
  },
  'request-connection: Resetting flags when keep-alive is off (1.0, lenient)': {
    seen: ['PUT /url'],
    statuses: [200],
    why: strictSoFar,
  },
  'request-lenient-headers: Second request header value (lenient)': {
    seen: ['GET /url'],
    statuses: [200],
    why: strictSoFar,
  },
  'request-connection: Setting a flag and pausing': {
    follows: true,
    why: 'it is served without the other protocol, and what follows as if nobody had asked for that',
  },
  'request-method: CONNECT request': { statuses: [405], why: tunnel },
  'request-method: CONNECT request with CAPS': { statuses: [405], why: tunnel },
  'request-method: CONNECT with body': { statuses: [405], why: tunnel },
  'request-uri: Underscore in hostname': { statuses: [405], why: tunnel },
  'request-method: PRI request HTTP2': { statuses: [400], why: 'HTTP/2 is not spoken' },
  'request-method: M-SEARCH request': { statuses: [404], why: otherForm },
  'request-uri: Host terminated by a query string': { statuses: [200], why: otherForm },
  'request-uri: `host:port` terminated by a query string': { statuses: [200], why: otherForm },
  'request-uri: `host:port` terminated by a space': { statuses: [200], why: otherForm },
  'request-uri: `host:port` and basic auth': { statuses: [404], why: otherForm },
  'request-uri: Fragment in URI': { seen: [], statuses: [400], why: fragment },
  'request-transfer-encoding: POST with `chunked` as last transfer-encoding': {
    seen: [],
    statuses: [400],
    why: fragment,
  },
  'request-transfer-encoding: POST with `chunked` as last transfer-encoding (multiple headers)': {
    seen: [],
    statuses: [400],
    why: fragment,
  },
}

const files = [
  'request-connection.md',
  'request-content-length.md',
  'request-finish.md',
  'request-invalid.md',
  'request-lenient-headers.md',
  'request-method.md',
  'request-pipelining.md',
  'request-transfer-encoding.md',
  'request-uri.md',
]

let sallyport: TestSallyport
let upstream: WireServer
let account: string

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = await wireServer()
  account = await connected(sallyport, { baseUrl: upstream.origin })
})
afterAll(async () => {
  await Promise.all([sallyport.close(), upstream.close()])
})
beforeEach(() => {
  upstream.answer = ({ line }) => (line.startsWith('HEAD ') ? 'HTTP/1.1 200 OK\r\n\r\n' : wireReply())
})

describe.skipIf(!hasLlhttpCases)('each request of llhttp’s own cases gets its declared result', () => {
  const cases = hasLlhttpCases ? files.flatMap(llhttpCases) : []
  test('all of them are tried', () => {
    expect(cases.length).toBeGreaterThan(120)
    const names = new Set(cases.map(({ name }) => name))
    expect(Object.keys(deviations).filter((name) => !names.has(name))).toEqual([])
  })

  test.each(cases.map((each) => [each.name, each] as const))('%s', async (name, each) => {
    const { why: _, ...deviation } = deviations[name] ?? { why: '' }
    expect(await outcomeOf(each)).toEqual({ ...declared(each), ...deviation })
  })
})

async function outcomeOf(each: LlhttpCase): Promise<Outcome> {
  const before = upstream.requests.length
  const answer = isUnfinished(each)
    ? await sent(forProxy(each), each.messages.filter(({ complete }) => complete).length)
    : await sent(Buffer.concat([forProxy(each), follower()]))
  const seen = upstream.requests
    .slice(before)
    .map(({ line, body }) => [line.replace(/ HTTP\/1\.1$/, ''), body.toString('latin1')].join(' ').trim())
  const statuses = Array.from(answer.matchAll(/HTTP\/1\.1 (\d+) /g), ([, status]) => Number(status))
  const follows = seen.includes('GET /follower')
  return {
    seen: seen.filter((line) => line !== 'GET /follower'),
    statuses: statuses.filter((status) => status >= 200).slice(0, follows ? -1 : undefined),
    follows,
  }
}

function declared(each: LlhttpCase): Outcome {
  // Of leniency nothing is switched on: those bytes are refused.
  if (each.type.includes('lenient')) return { seen: [], statuses: [400], follows: false }
  const whole = each.messages.filter(({ complete }) => complete)
  const passed = whole.filter(isForProxy)
  const last = whole.at(-1)
  const refused = isUnfinished(each) || isRefused(each)
  return {
    seen: passed.map(({ method, url, body }) => `${method} ${url?.text} ${body}`.trim()),
    statuses: [...passed.map(() => 200), ...(refused ? [400] : [])],
    follows: each.error === undefined && !isUnfinished(each) && last !== undefined && staysOpen(last),
  }
}

/** Where llhttp stops for another protocol to go on, we speak none; and what follows the last request is nobody's. */
function isRefused({ error }: LlhttpCase): boolean {
  return error !== undefined && !/^Pause on|^Data after `Connection: close`/.test(error)
}

function isForProxy({ url }: ParsedMessage): boolean {
  return url?.text.startsWith('/') ?? false
}

function isUnfinished({ error, messages }: LlhttpCase): boolean {
  return error === undefined && !messages.at(-1)?.complete
}

function staysOpen({ headers, version }: ParsedMessage): boolean {
  const said = (word: RegExp) =>
    headers.some(([name, value]) => /^(proxy-)?connection$/i.test(name) && word.test(value))
  return version === '1.1' ? !said(/\bclose\b/i) : said(/\bkeep-alive\b/i)
}

/** The same bytes, but to this account, with what every request of ours needs. */
function forProxy({ bytes, messages }: LlhttpCase): Buffer {
  let adapted = bytes.toString('latin1')
  for (const { url, lineEnd, headers } of messages.toReversed()) {
    const has = (name: string) => headers.some((header) => header[0].toLowerCase() === name)
    const ours = [
      ...(has('host') ? [] : ['Host: sallyport.test']),
      `Authorization: Bearer ${sallyport.adminKey}`,
    ]
    if (lineEnd !== undefined) {
      const added = ours.map((line) => `${line}\r\n`).join('')
      if (adapted.startsWith('\r\n', lineEnd)) adapted = inserted(adapted, lineEnd + 2, added)
    }
    if (url?.text.startsWith('/')) adapted = inserted(adapted, url.offset, `/proxy/${account}`)
  }
  return Buffer.from(adapted, 'latin1')
}

function inserted(text: string, at: number, addition: string): string {
  return text.slice(0, at) + addition + text.slice(at)
}

function follower(): Buffer {
  const lines = ['Host: sallyport.test', `Authorization: Bearer ${sallyport.adminKey}`, 'Connection: close']
  return Buffer.from(`GET /proxy/${account}/follower HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
}

/** Everything that comes back until the connection is closed; after so many replies we say that no more comes. */
async function sent(bytes: Buffer, endAfter = Number.POSITIVE_INFINITY): Promise<string> {
  const socket = connect(Number(new URL(sallyport.origin).port), '127.0.0.1')
  let answer = ''
  const endInTime = () => {
    if ((answer.match(/HTTP\/1\.1 200/g)?.length ?? 0) >= endAfter) socket.end()
  }
  socket.setEncoding('latin1').on('error', () => undefined)
  socket.on('data', (chunk: string) => {
    answer += chunk
    endInTime()
  })
  socket.write(bytes)
  endInTime()
  const patience = setTimeout(() => socket.destroy(), 1000)
  await closed(socket)
  clearTimeout(patience)
  return answer
}
