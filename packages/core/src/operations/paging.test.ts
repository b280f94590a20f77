import { text as textOf } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import { type Answer, accountSecret, engine, type Received } from './engine.suite.ts'

const of = (paging: object, more: object = {}) => ({
  steps: [{ name: 'list', kind: 'http', path: 'items', paging, ...more }],
})

const query = ({ url }: Received) => new URL(url, 'http://api.test').searchParams

/** Items 1 to 7, three a page. */
const byOffset: Answer = (request) => {
  const offset = Number(query(request).get('offset') ?? 0)
  return { data: [1, 2, 3, 4, 5, 6, 7].slice(offset, offset + 3), total: 7, more: offset + 3 < 7 }
}

const seven = [1, 2, 3, 4, 5, 6, 7]

interface Listed {
  readonly items: readonly unknown[]
}

async function items(answer: Answer, operation: object): Promise<{ output: Listed; urls: string[] }> {
  const { output, received } = await engine(answer)
  const result = await output(operation)
  return { output: result as Listed, urls: received.map(({ url }) => url) }
}

describe('pages are found', () => {
  test('by offset, until there are no items, or as many as there are in total, or the reply says so', async () => {
    const paging = { kind: 'offset', items: '/data', parameter: 'offset' }
    const plain = await items(byOffset, of(paging))
    expect(plain.output).toEqual({ items: seven, pages: 4 })
    expect(plain.urls).toEqual([0, 3, 6, 7].map((offset) => `/api/items?offset=${offset}`))
    for (const end of [{ total: '/total' }, { hasMore: '/more' }]) {
      expect((await items(byOffset, of({ ...paging, ...end }))).output).toEqual({ items: seven, pages: 3 })
    }
    const limited = await items(
      byOffset,
      of({ ...paging, total: '/total', limit: 3, limitParameter: 'size' }),
    )
    expect(limited.urls[1]).toBe('/api/items?size=3&offset=3')
  })

  test('by number, from where the request says itself', async () => {
    const answer: Answer = (request) => ({ data: [Number(query(request).get('page'))], pages: 4 })
    const paging = { kind: 'page', items: '/data', parameter: 'page', totalPages: '/pages' }
    expect((await items(answer, of(paging))).output).toEqual({ items: [1, 2, 3, 4], pages: 4 })
    const from = of(paging, { query: { page: 3 } })
    expect((await items(answer, from)).output).toEqual({ items: [3, 4], pages: 2 })
  })

  test('by a cursor in the reply, in a header, and given back in the body', async () => {
    const answer: Answer = ({ body, url }, response) => {
      const at =
        body === '' ? (query({ url } as Received).get('after') ?? '0') : (JSON.parse(body).page?.after ?? '0')
      const next = Number(at) + 1
      if (next < 3) response.setHeader('X-Next', String(next))
      return { items: [Number(at)], next: next < 3 ? next : null }
    }
    const paging = { kind: 'cursor', items: '/items', cursor: '/next', parameter: 'after' }
    expect((await items(answer, of(paging))).output.items).toEqual([0, 1, 2])
    expect((await items(answer, of({ ...paging, cursor: 'header:x-next' }))).output.items).toEqual([0, 1, 2])
    const inBody = of(
      { ...paging, in: { body: '/page/after' } },
      { method: 'POST', body: { json: { q: 1 } } },
    )
    expect((await items(answer, inBody)).output.items).toEqual([0, 1, 2])
  })

  test('by the last item', async () => {
    const answer: Answer = (request) => {
      const after = Number(query(request).get('starting_after') ?? 0)
      return {
        data: [after + 1, after + 2].filter((id) => id <= 5).map((id) => ({ id })),
        more: after + 2 < 5,
      }
    }
    const paging = {
      kind: 'last_item',
      items: '/data',
      field: '/id',
      parameter: 'starting_after',
      hasMore: '/more',
    }
    expect((await items(answer, of(paging))).output.items).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })))
  })

  test('by the Link header, and by an address in the reply, absolute or relative', async () => {
    const pages: Answer = (request, response) => {
      const page = Number(query(request).get('p') ?? 1)
      const host = `http://${request.headers.host}`
      const next = [undefined, `${host}/api/items?p=2`, '?p=3', '/api/items?p=4', undefined][page]
      if (next !== undefined) response.setHeader('Link', `<${next}>; rel="next"`)
      return { items: [page], next }
    }
    expect((await items(pages, of({ kind: 'link', items: '/items' }))).output.items).toEqual([1, 2, 3, 4])
    const byUrl = await items(pages, of({ kind: 'next_url', items: '/items', url: '/next' }))
    expect(byUrl.output.items).toEqual([1, 2, 3, 4])
    expect(byUrl.urls).toEqual(['/api/items', '/api/items?p=2', '/api/items?p=3', '/api/items?p=4'])
  })

  test('at addresses that are written with spaces, lines and letters of any language', async () => {
    const answer: Answer = ({ url, headers }) =>
      url === '/api/items'
        ? { items: [1], next: `http://${headers.host}/api/a b?c=\u00fc\r\nd` }
        : { items: [] }
    for (const paging of [
      { kind: 'next_url', url: '/next' },
      { kind: 'next_request', next: 'page = 1 ? {"path": $substringAfter(body.next, "/api")}' },
    ]) {
      const { urls } = await items(answer, of({ ...paging, items: '/items' }))
      expect(urls[1]).toBe('/api/a%20b?c=%C3%BC%0D%0Ad')
    }
  })

  test('by an expression, until it says nothing', async () => {
    const answer: Answer = ({ body }) => ({ at: JSON.parse(body).at })
    const next = 'body.at < 3 ? {"body": {"at": body.at + 1}, "query": {"n": page}}'
    const operation = of(
      { kind: 'next_request', next, items: '/none' },
      { method: 'POST', body: { json: { at: 1 } } },
    )
    const { output, urls } = await items(answer, { ...operation })
    expect(output).toEqual({ items: [], pages: 3 })
    expect(urls).toEqual(['/api/items', '/api/items?n=1', '/api/items?n=2'])
  })

  test('until an expression says stop, and each page through another', async () => {
    const paging = { kind: 'offset', items: '/data', parameter: 'offset', stopWhen: '6 in body.data' }
    const { output } = await items(byOffset, of(paging, { reply: { map: '$.{"n": $}' } }))
    expect(output).toEqual({ items: [1, 2, 3, 4, 5, 6].map((n) => ({ n })), pages: 2 })
  })
})

describe('pages end', () => {
  test('at twenty-five, unless more are allowed, and say where to go on', async () => {
    const answer: Answer = (request) => [Number(query(request).get('page'))]
    const { output } = await engine(answer)
    const operation = of({ kind: 'page', parameter: 'page' })
    const first = (await output(operation)) as { items: number[]; pages: number; resume: string }
    expect([first.items.length, first.pages]).toEqual([25, 25])
    const second = (await output(operation, { resume: first.resume })) as { items: number[] }
    expect(second.items[0]).toBe(26)
  })

  test('where the next page is the same one, without asking for it again', async () => {
    const { output, urls } = await items(
      () => ({ items: [1], next: '?p=2' }),
      of({ kind: 'next_url', items: '/items', url: '/next' }),
    )
    expect([output.items, urls.length]).toEqual([[1, 1], 2])
  })

  test.each(['//[no', 'https:', 'http://:80'])(
    'with a failure where the next address is none: %s',
    async (next) => {
      const { output } = await engine(() => ({ items: [1], next }))
      const paging = { kind: 'next_url', items: '/items', url: '/next' }
      const { error } = (await output(of(paging))) as { error: { code: string } }
      expect(error.code).toMatch(/^(step_failed|target_refused)$/)
    },
  )

  test.each([
    '{"headers": {"X-Next": body.next}}',
    '{"headers": {"no name": "1"}}',
    '{"headers": {"X-Next": "\u010d\u010a"}}',
  ])('with a failure where an expression writes no header: %s', async (next) => {
    const { output, received } = await engine(() => ({ items: [1], next: '1\r\nX-Other: 2' }))
    const { error } = (await output(of({ kind: 'next_request', items: '/items', next }))) as {
      error: { code: string }
    }
    expect([error.code, received.length]).toEqual(['step_failed', 1])
  })

  test('with a failure where they lead round in a circle', async () => {
    const answer: Answer = (request) => ({ items: [1], next: (Number(query(request).get('c') ?? 0) % 3) + 1 })
    const { output, received } = await engine(answer)
    const paging = { kind: 'cursor', items: '/items', cursor: '/next', parameter: 'c', maxPages: 100 }
    expect(await output(of(paging))).toMatchObject({ error: { code: 'step_failed', step: 'list' } })
    expect(received.length).toBeLessThan(15)
  })

  test('with a failure where the API does not know the parameter', async () => {
    const { output, received } = await engine(() => ['a', 'b'])
    const result = await output(of({ kind: 'page', parameter: 'wrong' }))
    expect(result).toMatchObject({ items: ['a', 'b'], pages: 1, error: { code: 'step_failed' } })
    expect(received).toHaveLength(2)
  })

  test.each(['https://evil.example/items', 'http://127.0.0.1:1/x', '//evil.example/x'])(
    'before %s, which is no host of the integration: the credential goes nowhere else',
    async (next) => {
      const { output, received } = await engine(() => ({ items: [1], next }))
      const result = await output(of({ kind: 'next_url', items: '/items', url: '/next' }))
      expect(result).toMatchObject({ items: [1], error: { code: 'host_not_allowed' } })
      expect(received).toHaveLength(1)
    },
  )
})

describe('a page that fails', () => {
  const failing = (at: number) => {
    const state = { isBroken: true }
    const answer: Answer = (request, response) => {
      const page = Number(query(request).get('page'))
      if (page === at && state.isBroken) return response.writeHead(503).end('busy')
      return page > 4 ? [] : [page]
    }
    return { answer, state }
  }
  const operation = of({ kind: 'page', parameter: 'page' })

  test('fails the step where it is the first, or where other steps come after', async () => {
    const first = await engine(failing(1).answer)
    await expect(first.run(operation)).rejects.toMatchObject({ code: 'upstream_refused', step: 'list' })
    const third = await engine(failing(3).answer)
    const more = { steps: [...operation.steps, { name: 'end', kind: 'return', value: '{steps.list.items}' }] }
    await expect(third.run(more)).rejects.toBeInstanceOf(SallyportError)
  })

  test('leaves what came before it, and says where to go on', async () => {
    const { answer, state } = failing(3)
    const { output } = await engine(answer)
    const result = (await output(operation)) as { resume: string }
    expect(result).toMatchObject({
      items: [1, 2],
      pages: 2,
      error: { code: 'upstream_refused', upstream: { status: 503 } },
    })
    state.isBroken = false
    expect(await output(operation, { resume: result.resume })).toEqual({ items: [3, 4], pages: 3 })
  })

  test('ends a stream of lines with a last one that says so', async () => {
    const { answer } = failing(3)
    const { run } = await engine(answer)
    const result = await run(operation, {}, { wantsLines: true })
    if (!('stream' in result)) throw new Error('it does not stream')
    const lines = (await textOf(result.stream.body))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.slice(0, 2)).toEqual([1, 2])
    expect(lines[2]).toMatchObject({ end: { pages: 2, error: { code: 'upstream_refused' } } })
    expect(lines[2].end.resume).toBeTypeOf('string')
  })

  test('breaks off a stream that is one array, so that nobody takes it for the whole', async () => {
    const { run } = await engine(failing(3).answer)
    const result = await run(of({ kind: 'page', parameter: 'page' }, { reply: { as: 'stream' } }))
    if (!('stream' in result)) throw new Error('it does not stream')
    await expect(textOf(result.stream.body)).rejects.toMatchObject({ code: 'upstream_refused' })
  })
})

test('a stream asks for the next page only when the one before it has been taken', async () => {
  const { run, received } = await engine((request) => [
    Number(query(request).get('page')),
    'x'.repeat(100_000),
  ])
  const paging = { kind: 'page', parameter: 'page', maxPages: 1000 }
  const result = await run(of(paging, { reply: { as: 'stream' } }))
  if (!('stream' in result)) throw new Error('it does not stream')
  const { body } = result.stream
  await new Promise((resolve) => body.once('readable', resolve))
  for (let turns = 0; turns < 50; turns += 1) await new Promise(setImmediate)
  expect(received.length).toBeLessThan(5)
  body.destroy()
})

test('a stream of one array is JSON, also of no page with items', async () => {
  const { run } = await engine(byOffset)
  const operation = of({ kind: 'offset', items: '/data', parameter: 'offset' }, { reply: { as: 'stream' } })
  const result = await run(operation)
  if (!('stream' in result)) throw new Error('it does not stream')
  expect(result.stream.contentType).toBe('application/json')
  expect(JSON.parse(await textOf(result.stream.body))).toEqual(seven)
  const empty = await engine(() => ({ data: [] }))
  const nothing = await empty.run(operation)
  if (!('stream' in nothing)) throw new Error('it does not stream')
  expect(await textOf(nothing.stream.body)).toBe('[]')
})

test('a stream of many pages takes no more of the limit than one page does', async () => {
  const { run } = await engine((request) => [Number(query(request).get('page')), 'x'.repeat(1000)], {
    replyBytes: 10_000,
  })
  const paging = { kind: 'page', parameter: 'page', maxPages: 300 }
  const result = await run({ ...of(paging, { reply: { as: 'stream' } }), timeoutSeconds: 60 })
  if (!('stream' in result)) throw new Error('it does not stream')
  let bytes = 0
  for await (const chunk of result.stream.body) bytes += chunk.length
  expect(bytes).toBeGreaterThan(300_000)
})

test('a dry run shows the request for the first page', async () => {
  const { run, received } = await engine(byOffset)
  const result = await run(of({ kind: 'offset', parameter: 'offset' }), { dryRun: true })
  expect(result).toMatchObject({
    reply: { request: { url: expect.stringMatching(/\/api\/items\?offset=0$/) } },
  })
  expect(JSON.stringify(result)).not.toContain(accountSecret)
  expect(received).toEqual([])
})
