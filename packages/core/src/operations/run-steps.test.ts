import { describe, expect, test } from 'vitest'
import { engine, failure, http } from './engine.suite.ts'

describe('templates', () => {
  test('keep the type of a value that stands alone, and leave out what has none', async () => {
    const { output } = await engine(() => ({ list: [{ id: 7 }], yes: true }))
    const value = {
      ...{
        number: '{steps.get.body.list.0.id}',
        flag: '{steps.get.body.yes}',
        list: '{steps.get.body.list}',
      },
      ...{ none: '{input.none}', items: ['{input.none}', 'x'], text: 'no {steps.get.body.list.0.id}!' },
      ...{ literal: '{{input.none}} { x }', whole: '{input}' },
    }
    const steps = [http('get', 'x'), { name: 'end', kind: 'return', value }]
    expect(await output({ steps }, { input: { a: [1] } })).toEqual({
      ...{ number: 7, flag: true, list: [{ id: 7 }], items: ['x'], text: 'no 7!' },
      ...{ literal: '{input.none} { x }', whole: { a: [1] } },
    })
  })

  test('see attributes and namespaces of XML', async () => {
    const { output } = await engine((_, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' }).end('<s:a id="7"><b><c>x</c></b></s:a>')
    })
    const value = ['{steps.get.body.s:a.@id}', '{steps.get.body.s:a.b.c}']
    expect(await output({ steps: [http('get', 'x'), { name: 'end', kind: 'return', value }] })).toEqual([
      '7',
      'x',
    ])
  })

  test('see own members alone, and no prototype', async () => {
    const { output } = await engine(() => null)
    const value = { a: '{input.constructor}', b: '{input.list.length}', c: '{input.text.length}' }
    const steps = [{ name: 'end', kind: 'return', value }]
    expect(await output({ steps }, { input: { list: [], text: 'x' } })).toEqual({})
  })

  test.each([
    ['a/b?c#d', '/api/a%2Fb%3Fc%23d'],
    ['ü ö', '/api/%C3%BC%20%C3%B6'],
    [42, '/api/42'],
  ])('of a path take %j for one segment', async (value, url) => {
    const { output, received } = await engine(() => 1)
    await output({ steps: [http('get', '/{input.value}')] }, { input: { value } })
    expect(received[0]?.url).toBe(url)
  })

  test.each(['..', '.', '', { a: 1 }, [1], null])(
    'of a path refuse %j, and nothing is sent',
    async (value) => {
      const { run, received } = await engine(() => 1)
      const error = await failure(run({ steps: [http('get', 'x/{input.value}')] }, { input: { value } }))
      expect([error.code, error.step]).toEqual(['step_failed', 'get'])
      expect(received).toEqual([])
    },
  )

  test('of a whole address are written as one, whatever they hold', async () => {
    const { output, received, origin } = await engine(() => 1)
    const url = `${origin}/api/a b?c=\u00fc d\r\n\u010d\u010a`
    await output({ steps: [http('get', '', { url: '{input.url}' })] }, { input: { url } })
    expect(received[0]?.url).toBe('/api/a%20b?c=%C3%BC%20d%0D%0A%C4%8D%C4%8A')
  })

  test('of a header refuse a second line', async () => {
    const { run, received } = await engine(() => 1)
    const steps = [http('get', 'x', { headers: { 'X-Name': 'a {input.name}' } })]
    const error = await failure(run({ steps }, { input: { name: 'b\r\nX-Api-Key: other' } }))
    expect(error.code).toBe('step_failed')
    expect(received).toEqual([])
  })

  test('write lists into the query once for each item, and objects as JSON', async () => {
    const { output, received } = await engine(() => 1)
    const query = {
      id: '{input.ids}',
      filter: '{input.filter}',
      none: '{input.none}',
      nil: null,
      fixed: ['a', 'b'],
    }
    await output(
      { steps: [http('get', 'x?first=1', { query })] },
      { input: { ids: [1, 2], filter: { a: '&' } } },
    )
    expect(received[0]?.url).toBe('/api/x?first=1&id=1&id=2&filter=%7B%22a%22%3A%22%26%22%7D&fixed=a&fixed=b')
  })

  test('see the account’s parameters in steps that call', async () => {
    const { output, received } = await engine(() => 1)
    await output({ steps: [http('get', 'of/{account.tenant}')] })
    expect(received[0]?.url).toBe('/api/of/acme')
  })
})

describe('bodies', () => {
  const sent = async (body: object, input: object = {}) => {
    const { output, received } = await engine(() => 1)
    await output({ steps: [http('post', 'x', { method: 'POST', body })] }, { input })
    return received[0]
  }

  test('of a form repeat lists, or write them with brackets', async () => {
    const fields = { a: 'x y', list: [1, 2], none: '{input.none}', of: { b: { c: '&' } } }
    expect((await sent({ form: { ...fields, of: 1 } }))?.body).toBe('a=x+y&list=1&list=2&of=1')
    const { body, headers } = (await sent({ form: fields, brackets: true })) ?? {}
    expect(body).toBe('a=x+y&list%5B0%5D=1&list%5B1%5D=2&of%5Bb%5D%5Bc%5D=%26')
    expect(headers?.['content-type']).toBe('application/x-www-form-urlencoded')
  })

  test('of several parts can be read by any server, and no file name ends its header', async () => {
    const multipart = [
      { name: 'a', value: '{input.name}' },
      { name: 'file', value: 'AAEC', encoding: 'base64', filename: '{input.name}', contentType: 'image/png' },
      { name: 'none', value: '{input.none}' },
    ]
    const received = await sent({ multipart }, { name: 'x"\r\nEvil: 1' })
    const type = received?.headers['content-type'] ?? ''
    const form = await new Response(received?.body, { headers: { 'content-type': type } }).formData()
    expect([...form.keys()]).toEqual(['a', 'file'])
    expect(form.get('a')).toBe('x"\r\nEvil: 1')
    expect((form.get('file') as File).type).toBe('image/png')
    expect(received?.body).toContain('filename="x%22%0D%0AEvil: 1"')
  })

  test('that are raw, or XML text, have their own type', async () => {
    expect(await sent({ raw: 'AAA=', encoding: 'base64', contentType: 'application/x-bin' })).toMatchObject({
      ...{ body: '\0\0', headers: { 'content-type': 'application/x-bin', 'content-length': '2' } },
    })
    expect(await sent({ xml: '<a>{input.b}</a>' }, { b: 1 })).toMatchObject({ body: '<a>1</a>' })
  })
})

describe('replies', () => {
  test('keep what is picked, and what an expression makes of it', async () => {
    const { output } = await engine(() => ({ data: { list: [1, 2, 3], name: 'n' } }))
    const of = async (reply: object) => {
      const result = (await output({ steps: [http('get', 'x', { reply })] })) as { body: unknown }
      return result.body
    }
    expect(await of({ pick: '/data/list/1' })).toBe(2)
    expect(await of({ pick: { name: '/data/name', none: '/none' } })).toEqual({ name: 'n', none: null })
    expect(await of({ pick: '/data', map: '$sum(list)' })).toBe(6)
  })

  test.each([
    ['application/json', '{"a":1}', { a: 1 }],
    ['application/vnd.x+json', '[]', []],
    ['text/plain; charset=utf-8', '{"a":1}', '{"a":1}'],
    ['image/png', 'ab', 'YWI='],
    ['application/json', '', null],
  ])('of the type %s become JSON as it fits', async (type, text, body) => {
    const { output } = await engine((_, response) => response.setHeader('content-type', type).end(text))
    expect(await output({ steps: [http('get', 'x')] })).toMatchObject({ status: 200, body })
  })

  test('that are encoded are decoded, and bombs are refused at the limit', async () => {
    const { gzipSync } = await import('node:zlib')
    const zipped = (text: string) => gzipSync(text)
    const { run, output } = await engine(({ url }, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(zipped(url.includes('bomb') ? `"${'a'.repeat(50_000_000)}"` : '{"a":1}'))
    })
    expect(await output({ steps: [http('get', 'x')] })).toMatchObject({ body: { a: 1 } })
    expect((await failure(run({ steps: [http('get', 'bomb')] }))).code).toBe('reply_too_large')
  })

  test('of all steps together keep within the limit', async () => {
    const { run, received } = await engine(() => 'a'.repeat(700_000))
    const error = await failure(run({ steps: [http('one', 'x'), http('two', 'x'), http('three', 'x')] }))
    expect([error.code, error.step]).toEqual(['reply_too_large', 'two'])
    expect(received).toHaveLength(2)
  })

  test('whose status is not accepted fail the step, and say what the API said without its secret', async () => {
    const { run, records } = await engine(({ headers }, response) => {
      response.writeHead(409, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ why: 'there', sent: headers['x-api-key'] }))
    })
    const error = await failure(run({ steps: [http('get', 'x')] }))
    expect(error).toMatchObject({ code: 'upstream_refused', step: 'get' })
    expect(error.upstream).toEqual({ status: 409, body: { why: 'there', sent: '[secret]' } })
    const accepted = await run({ steps: [http('get', 'x', { reply: { statuses: [409] } })] })
    expect(accepted).toMatchObject({ reply: { output: { status: 409 } } })
    expect(records.map(({ status }) => status)).toEqual([409, 409])
  })

  test('with cookies keep them from whoever runs', async () => {
    const { output } = await engine((_, response) => {
      response
        .writeHead(200, { 'set-cookie': 'sid=1', 'x-kept': 'yes', 'content-type': 'application/json' })
        .end('1')
    })
    const { headers } = (await output({ steps: [http('get', 'x')] })) as { headers: object }
    expect(headers).toHaveProperty('x-kept', 'yes')
    expect(headers).not.toHaveProperty('set-cookie')
  })
})

describe('steps', () => {
  test('are left out unless `when` is true, and have no output then', async () => {
    const { output, received } = await engine(() => 1)
    const steps = [
      http('a', 'a', { when: 'input.n > 1' }),
      http('b', 'b', { when: 'input.n' }),
      http('c', 'c', { when: 'input.n = 1' }),
      { name: 'end', kind: 'return', value: { a: '{steps.a}', c: '{steps.c.status}' } },
    ]
    expect(await output({ steps }, { input: { n: 1 } })).toEqual({ c: 200 })
    expect(received.map(({ url }) => url)).toEqual(['/api/c'])
  })

  test('that return end the operation, and `output` makes what a run puts out', async () => {
    const { output, received } = await engine(() => 5)
    const steps = [
      http('a', 'a'),
      { name: 'end', kind: 'return', when: 'input.early', value: 'early' },
      http('b', 'b'),
    ]
    const operation = { steps, output: { b: '{steps.b.body}' } }
    expect(await output(operation, { input: { early: true } })).toBe('early')
    expect(await output(operation, { input: {} })).toEqual({ b: 5 })
    expect(received).toHaveLength(3)
  })

  test('that fail within `try` are caught, and seen by what is done instead', async () => {
    const { output } = await engine(({ url }, response) => {
      if (url.includes('bad')) response.writeHead(410).end('gone')
    })
    const attempt = {
      ...{ name: 'either', kind: 'try', steps: [http('bad', 'bad'), http('never', 'x')] },
      catch: [
        {
          name: 'told',
          kind: 'return',
          value: { status: '{error.status}', step: '{error.step}', code: '{error.code}' },
        },
      ],
    }
    expect(await output({ steps: [attempt] })).toEqual({ status: 410, step: 'bad', code: 'upstream_refused' })
    const quiet = { ...attempt, catch: [http('other', 'good', { reply: { pick: '/none' } })] }
    const after = { name: 'end', kind: 'return', value: '{steps.either.status}' }
    expect(await output({ steps: [quiet, after] })).toBe(200)
  })

  test('that run other operations give them input, and take their output', async () => {
    const inner = {
      ...{ key: 'Inner', input: { type: 'object', properties: { n: { default: 3 } } } },
      steps: [
        http('get', 'n/{input.n}'),
        { name: 'end', kind: 'return', value: { url: '{steps.get.body}' } },
      ],
    }
    const { output } = await engine(({ url }) => url, { others: [inner] })
    const steps = [
      { name: 'one', kind: 'run', operation: 'inner', input: { n: '{input.n}' } },
      { name: 'two', kind: 'run', operation: 'INNER' },
      { name: 'end', kind: 'return', value: ['{steps.one.url}', '{steps.two.url}'] },
    ]
    expect(await output({ steps }, { input: { n: 8 } })).toEqual(['/api/n/8', '/api/n/3'])
  })

  test('that run each other in a circle, or too deep, are refused before they call', async () => {
    const chain = Array.from({ length: 12 }, (_, index) => ({
      key: `deep${index}`,
      steps: [{ name: 'next', kind: 'run', operation: `deep${index + 1}` }, http('get', 'x')],
    }))
    const circle = { key: 'b', steps: [{ name: 'back', kind: 'run', operation: 'A' }] }
    const { run, received } = await engine(() => 1, { others: [...chain, circle] })
    const error = await failure(run({ key: 'a', steps: [{ name: 'there', kind: 'run', operation: 'b' }] }))
    expect([error.code, error.step]).toEqual(['operations_nested', 'there/back'])
    expect((await failure(run({ steps: [{ name: 'down', kind: 'run', operation: 'deep0' }] }))).code).toBe(
      'operations_nested',
    )
    expect(received).toEqual([])
  })
})
