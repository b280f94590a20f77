import { faults, type ScriptedReply } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { person, type Scene, scene } from './authorization.suite.ts'
import { accountAfter, json, machineScene, text, token } from './token-endpoint.suite.ts'

describe('a reply that is too much, or none', () => {
  const big = 300 * 1024
  const cases: [string, ScriptedReply, string][] = [
    [
      'of 300 KiB',
      text(JSON.stringify({ access_token: 'a', token_type: 'Bearer', pad: 'x'.repeat(big) })),
      'malformed_token_response',
    ],
    [
      'with a token of 64 KiB and one byte',
      token({ access_token: 'a'.repeat(65_537) }),
      'malformed_token_response',
    ],
    ['that unpacks to 100 MiB', faults.gzipBomb(100 * 1024 * 1024), 'malformed_token_response'],
    [
      'packed twice',
      { headers: { 'Content-Encoding': 'gzip, gzip' }, body: 'x' },
      'malformed_token_response',
    ],
    [
      'packed in a way that nobody asked for',
      { headers: { 'Content-Encoding': 'zstd' }, body: 'x' },
      'malformed_token_response',
    ],
    [
      'that says it is packed and is not',
      { headers: { 'Content-Encoding': 'gzip' }, body: '{}' },
      'malformed_token_response',
    ],
    ['cut off after its headers', faults.closeAfterHeaders(token()), 'upstream_unreachable'],
    ['cut off in the middle', faults.closeMidway(token()), 'upstream_unreachable'],
    ['that is a reset', faults.reset(), 'upstream_unreachable'],
    [
      'with headers of 40 KiB',
      { headers: { 'X-Pad': 'x'.repeat(40 * 1024) }, body: '{}' },
      'upstream_unreachable',
    ],
  ]

  test.each(cases)('%s: the account says so, and one request was made', async (_, reply, reason) => {
    const made = await machineScene()
    const account = await accountAfter(made, reply)
    expect(account).toMatchObject({ status: 'failing', reason, secretsSet: [], generation: 0 })
    expect(account.reasonDetail).toMatch(/^[\x20-\x7e’]{10,400}$/)
    expect(made.provider.received('POST /token')).toHaveLength(1)
    // The next attempt, on a connection of its own, is not disturbed by what was left of this one.
    expect((await made.sallyport.request('POST', `/v1/accounts/${account.id}/renew`)).body).toMatchObject({
      status: 'connected',
      generation: 1,
    })
  })

  test('a token of 64 KiB is taken', async () => {
    const account = await accountAfter(await machineScene(), token({ access_token: 'a'.repeat(65_536) }))
    expect(account).toMatchObject({ status: 'connected' })
  })
})

describe('a reply that is no token', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const malformed: [string, ScriptedReply][] = [
    ['access_token twice', text('{"access_token":"a","access_token":"b","token_type":"Bearer"}')],
    [
      'access_token twice, once escaped',
      text('{"access_token":"a","access\\u005ftoken":"b","token_type":"Bearer"}'),
    ],
    ['a member twice further in', text('{"access_token":"a","token_type":"Bearer","x":{"y":1,"y":2}}')],
    ['40 levels', text(`{"access_token":"a","token_type":"Bearer","x":${deep(40)}}`)],
    ['100 000 levels', text(`{"access_token":"a","token_type":"Bearer","x":${deep(100_000)}}`)],
    ['its token in the prototype', text('{"__proto__":{"access_token":"a","token_type":"Bearer"}}')],
    ['no token', json({ token_type: 'Bearer' })],
    ['an object as a token', token({ access_token: { x: 1 } })],
    ['a list as a token', token({ access_token: ['a'] })],
    ['a number as a token', token({ access_token: 7 })],
    ['an empty token', token({ access_token: '' })],
    ['a line end in the token', token({ access_token: 'a\r\nX-Evil: 1' })],
    ['a line end behind the token', token({ access_token: 'a\r\n' })],
    ['a NUL in the token', token({ access_token: 'a\u0000b' })],
    ['a space in the token', token({ access_token: 'a b' })],
    ['Latin-1 in the token', token({ access_token: 'é' })],
    ['more than ASCII in the token', token({ access_token: 'š' })],
    ['a line end in the refresh token', token({ refresh_token: 'a\r\nb' })],
    ['an object as refresh token', token({ refresh_token: {} })],
    ['a token of a kind that was not asked for', token({ token_type: 'DPoP' })],
    ['a token of no kind', token({ token_type: undefined })],
    ['a list', text('[]')],
    ['null', text('null')],
    ['nothing', text('')],
    ['two documents', text('{"access_token":"a","token_type":"Bearer"}{"access_token":"b"}')],
    ['broken JSON', text('{"access_token":"a",}')],
    [
      'bytes that are no UTF-8',
      { headers: { 'Content-Type': 'application/json' }, body: Buffer.from([0x7b, 0xff, 0x7d]) },
    ],
    [
      'UTF-16',
      {
        headers: { 'Content-Type': 'application/json; charset=utf-16' },
        body: Buffer.from('\ufeff{}', 'utf16le'),
      },
    ],
    [
      'a form with the token twice',
      text('access_token=a&access_token=b', 200, 'application/x-www-form-urlencoded'),
    ],
    ['a page', text('<html><body>Sign in, Ann</body></html>', 200, 'text/html')],
    ['a token with 204', { status: 204 }],
  ]

  test.each(malformed)('with %s: malformed_token_response, and nothing is stored', async (_, reply) => {
    const made = await machineScene()
    const account = await accountAfter(made, reply)
    expect(account).toMatchObject({
      status: 'failing',
      reason: 'malformed_token_response',
      secretsSet: [],
      generation: 0,
    })
    expect(account.reasonDetail).not.toMatch(/Ann|X-Evil|html/)
    expect(({} as Record<string, unknown>).access_token).toBeUndefined()
    made.provider.script('POST /token', reply)
    const call = await made.sallyport.request('GET', `/proxy/${account.id}/me`)
    expect([call.status >= 500, call.text]).toEqual([true, expect.not.stringMatching(/Ann|X-Evil|html>/)])
    expect(made.provider.received('ANY /api/*')).toEqual([])
  })

  const pages: [string, ScriptedReply, string][] = [
    ['a page with 502', text('<html>Ann, our servers are ill</html>', 502, 'text/html'), 'provider_incident'],
    ['a page with 403', text('<html>Ann, you are a robot</html>', 403, 'text/html'), 'provider_incident'],
    ['a page with 404', text('<html>Ann, it is not here</html>', 404, 'text/html'), 'provider_incident'],
    ['401 and nothing', { status: 401 }, 'invalid_client'],
    ['500 and nothing', { status: 500 }, 'provider_incident'],
    ['a token with 500', { ...token(), status: 500 }, 'provider_incident'],
  ]

  test.each(pages)('%s is never quoted, and asks nobody to connect again', async (_, reply, reason) => {
    const made = await machineScene()
    const account = await accountAfter(made, reply)
    expect(account).toMatchObject({ status: 'failing', reason, secretsSet: [] })
    const { text: shown } = await made.sallyport.request('GET', `/v1/accounts/${account.id}`)
    expect(shown).not.toMatch(/Ann, |html>|token-of-the-script/)
    const renewal = await made.sallyport.request('POST', `/v1/accounts/${account.id}/renew`)
    expect(renewal.text).not.toMatch(/Ann, |html>/)
  })

  test('words of a page reach neither the person nor the address that is returned to', async () => {
    const made = await scene()
    await made.listReturnUrls('https://app.example.com/done')
    made.provider.script('POST /token', text('<html>Ann, our servers are ill</html>', 502, 'text/html'))
    const page = await person().finish(await made.authorize(await made.account()))
    expect([page.status, page.text]).toEqual([400, expect.not.stringContaining('servers are ill')])
    const input = { returnUrl: 'https://app.example.com/done' }
    const end = await person().finish(await made.authorize(await made.account(), input))
    expect(end.location).toMatch(/\?account=acc_\w+&error=renewal_unavailable$/)
  })
})

describe('expires_in', () => {
  const tenYears = 315_360_000
  const lifetimes: [unknown, number | undefined][] = [
    [3600, 3600],
    ['3600', 3600],
    ['3600.9', 3600],
    [3600.9, 3600],
    [1_893_456_000, tenYears],
    ['99999999999999999999', tenYears],
    [0, undefined],
    [-1, undefined],
    ['-3600', undefined],
    ['0x10', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['', undefined],
    [true, undefined],
    [null, undefined],
    [[3600], undefined],
    [{}, undefined],
    ['9'.repeat(400), undefined],
  ]

  test.each(lifetimes)('%j is %s', async (expiresIn, seconds) => {
    const made = await machineScene()
    await expectLifetime(made, token({ expires_in: expiresIn }), seconds)
  })

  test.each(['1e999', '-1e999', '99999999999999999999'])(
    'the number %s is read as what it is',
    async (number) => {
      const body = `{"access_token":"token-of-the-script","token_type":"Bearer","expires_in":${number}}`
      await expectLifetime(await machineScene(), text(body), number.includes('e') ? undefined : tenYears)
    },
  )

  test('absent: the definition’s default, and an account without one is not renewed again and again', async () => {
    await expectLifetime(await machineScene({ renewal: { defaultLifetime: 900 } }), token(), 900)
    await expectLifetime(await machineScene(), token(), undefined)
  })

  async function expectLifetime(made: Scene, reply: ScriptedReply, seconds: number | undefined) {
    const account = await accountAfter(made, reply)
    expect(account).toMatchObject({ status: 'connected', generation: 1 })
    const lifetime = account.expiresAt && Date.parse(account.expiresAt) - Date.parse(account.createdAt)
    // The token's age counts from its request, which came after the account's own moment.
    if (seconds === undefined) expect(lifetime).toBeUndefined()
    else expect(Math.floor(lifetime / 1000)).toBe(seconds)

    made.provider.script('ANY /api/*', { body: '{}' })
    for (let calls = 0; calls < 5; calls += 1) {
      expect((await made.sallyport.request('GET', `/proxy/${account.id}/me`)).status).toBe(200)
    }
    expect(made.provider.received('POST /token')).toHaveLength(1)
  }
})

describe('what a token is taken with', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('token_type %s', async (token_type) => {
    expect(await accountAfter(await machineScene(), token({ token_type }))).toMatchObject({
      status: 'connected',
    })
  })

  test.each<[string, ScriptedReply]>([
    [
      'members that nobody knows, __proto__ and constructor among them',
      text(
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"access_token":"a","token_type":"Bearer"}',
      ),
    ],
    [
      'a form for a body',
      text('access_token=a&token_type=bearer&expires_in=60', 200, 'application/x-www-form-urlencoded'),
    ],
    ['an id_token that nobody asked for', token({ id_token: 'not.a.jwt' })],
    [
      'the type text/html around good JSON',
      text('{"access_token":"a","token_type":"Bearer"}', 200, 'text/html'),
    ],
    ['an empty error', token({ error: '' })],
    ['status 201', { ...token(), status: 201 }],
  ])('%s', async (_, reply) => {
    expect(await accountAfter(await machineScene(), reply)).toMatchObject({ status: 'connected' })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('fewer scopes than were asked for: the account shows those that it has', async () => {
    expect(await accountAfter(await machineScene(), token({ scope: 'read' }))).toMatchObject({
      scopes: ['read'],
    })
    expect(await accountAfter(await machineScene(), token())).toMatchObject({ scopes: ['read', 'write'] })
    const made = await machineScene({ scopeDelimiter: ',' })
    expect(await accountAfter(made, token({ scope: 'read,write' }))).toMatchObject({
      scopes: ['read', 'write'],
    })
    expect(made.provider.received('POST /token')[0]?.form.get('scope')).toBe('read,write')
  })
})

describe('a renewal', () => {
  /** An account that a person has connected, and its first refresh token. */
  async function connected() {
    const made = await scene()
    made.provider.script('POST /token', token({ refresh_token: 'first-refresh-token', scope: 'read' }), {
      times: 1,
    })
    const id = await made.account()
    await person().finish(await made.authorize(id))
    expect(await made.read(id)).toMatchObject({ status: 'connected', generation: 1 })
    made.provider.forget()
    const renew = async (reply: ScriptedReply) => {
      const takeBack = made.provider.script('POST /token', reply)
      const renewal = await made.sallyport.request('POST', `/v1/accounts/${id}/renew`)
      takeBack()
      return renewal
    }
    const sent = () => made.provider.received('POST /token').map(({ form }) => form.get('refresh_token'))
    return { ...made, id, renew, sent }
  }

  test.each<[string, ScriptedReply]>([
    ['none', token()],
    ['null', token({ refresh_token: null })],
    ['an empty one', token({ refresh_token: '' })],
  ])('with %s for a refresh token keeps the old one', async (_, reply) => {
    const { renew, sent, id, read } = await connected()
    expect((await renew(reply)).body).toMatchObject({ status: 'connected', generation: 2 })
    expect((await renew(reply)).body).toMatchObject({ status: 'connected', generation: 3 })
    expect(sent()).toEqual(['first-refresh-token', 'first-refresh-token'])
    expect(await read(id)).toMatchObject({ secretsSet: ['/secret/accessToken', '/secret/refreshToken'] })
  })

  test('takes a new refresh token, and asks for no scope', async () => {
    const { provider, renew, sent, id, read } = await connected()
    await renew(token({ refresh_token: 'second-refresh-token' }))
    await renew(token())
    expect(sent()).toEqual(['first-refresh-token', 'second-refresh-token'])
    expect(provider.received('POST /token').map(({ form }) => form.has('scope'))).toEqual([false, false])
    expect(await read(id)).toMatchObject({ scopes: ['read'] })
  })

  test.each<[string, ScriptedReply, number, string, string]>([
    ['a page with 200', text('<html>Ann</html>', 200, 'text/html'), 502, 'failing', 'in_doubt'],
    ['a page with 502', text('<html>Ann</html>', 502, 'text/html'), 503, 'failing', 'in_doubt'],
    ['a redirect', faults.redirect('https://evil.example/token', 307), 502, 'failing', 'redirect_refused'],
    ['a reset', faults.reset(), 503, 'failing', 'in_doubt'],
    ['half a reply', faults.closeMidway(token()), 503, 'failing', 'in_doubt'],
    ['invalid_client', json({ error: 'invalid_client' }, 401), 502, 'failing', 'invalid_client'],
    ['a token that no header takes', token({ access_token: 'a\r\nb' }), 502, 'failing', 'in_doubt'],
    ['invalid_grant', json({ error: 'invalid_grant' }, 400), 409, 'needs_reconnect', 'invalid_grant'],
    ['invalid_grant with 200', json({ error: 'invalid_grant' }), 409, 'needs_reconnect', 'invalid_grant'],
  ])('that got %s keeps what it had, and says so', async (_, reply, status, state, reason) => {
    const { sallyport, renew, id, read, provider } = await connected()
    const renewal = await renew(reply)
    expect([renewal.status, renewal.text]).toEqual([status, expect.not.stringMatching(/Ann|html>/)])
    expect(await read(id)).toMatchObject({
      status: state,
      reason,
      generation: 1,
      secretsSet: ['/secret/accessToken', '/secret/refreshToken'],
    })
    expect(provider.received('POST /token')).toHaveLength(1)
    provider.script('ANY /api/*', { body: '{}' })
    const call = await sallyport.request('GET', `/proxy/${id}/me`)
    expect(call.status).toBe(state === 'failing' ? 200 : 409)
  })
})
