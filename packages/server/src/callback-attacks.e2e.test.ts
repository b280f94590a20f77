import { fakeClock, loopbackProvider } from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { atTheDoor, codeDefinition, ending, person, scene } from './authorization.suite.ts'
import { rawExchange } from './wire.suite.ts'

const minute = 60_000

describe('the same callback more than once', () => {
  test('of 50 at the same moment one redeems the code, and the others get 400 before it is done', async () => {
    const made = await scene()
    const { id, ann, callback, cookie } = await atTheDoor(made)
    const gate = made.provider.hold('POST /token')
    const callbacks = Array.from({ length: 50 }, () => ann.get(callback, { cookie }))
    const refused = new Set<number>()
    await new Promise<void>((resolve) => {
      for (const [index, reply] of callbacks.entries()) {
        void reply.then(({ status }) => {
          if (status === 400) refused.add(index)
          if (refused.size === 49) resolve()
        })
      }
    })
    gate.release()
    const statuses = (await Promise.all(callbacks)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([303, ...Array.from({ length: 49 }, () => 400)])
    expect(made.provider.received('POST /token')).toHaveLength(1)
    expect(await made.read(id)).toMatchObject({ status: 'connected', generation: 1 })
  })

  test('a callback that comes again, with its cookie, is refused and changes nothing', async () => {
    const made = await scene()
    const { id, ann, callback, cookie } = await atTheDoor(made)
    await ann.get(callback)
    const again = await ann.get(callback, { cookie })
    expect([again.status, again.location, again.cookies]).toEqual([400, '', []])
    expect(again.text).toContain('has been used already')
    expect(made.provider.received('POST /token')).toHaveLength(1)
    expect(await made.read(id)).toMatchObject({ status: 'connected', generation: 1 })
  })

  test('a state is good until ten minutes after its authorization was asked for', async () => {
    const clock = fakeClock(Date.now())
    const made = await scene({ clock })
    const [late, inTime] = [await atTheDoor(made), await atTheDoor(made)]
    clock.advance(10 * minute - 1)
    expect((await inTime.ann.get(inTime.callback)).status).toBe(303)
    clock.advance(1)
    expect((await late.ann.get(late.callback)).status).toBe(400)
    expect(made.provider.received('POST /token')).toHaveLength(1)
    expect(await made.read(late.id)).toMatchObject({ status: 'pending' })
  })
})

describe('a browser other than the one that started', () => {
  test('a victim led to the provider by the attacker’s address connects nothing, and the code stays unused', async () => {
    const made = await scene()
    const id = await made.account()
    const attacker = person()
    const providerUrl = await attacker.toProvider(await made.authorize(id))

    const victim = person()
    const callback = (await victim.get(providerUrl)).location
    const page = await victim.get(callback)
    expect([page.status, page.location]).toEqual([400, ''])
    expect(page.text).toContain('was not started in this browser')
    expect(made.provider.received('POST /token')).toHaveLength(0)
    expect(await made.read(id)).toMatchObject({ status: 'pending', generation: 0 })
    expect(made.sallyport.logged()).toContain('"why":"another browser"')
  })

  test('a victim who opens the link that the attacker has started is not sent to the provider', async () => {
    const made = await scene()
    const id = await made.account()
    const authorizationUrl = await made.authorize(id)
    await person().toProvider(authorizationUrl)
    made.provider.forget()
    const page = await person().get(authorizationUrl)
    expect([page.status, page.location, page.cookies]).toEqual([400, '', []])
    expect(made.provider.received()).toEqual([])
    expect(made.sallyport.logged()).toContain('opened in a second browser')
  })

  test('a victim who opens a fresh link gives the account nothing until the backend confirms who came back', async () => {
    const made = await scene()
    await made.listReturnUrls('https://app.example.com/done')
    const id = await made.account()
    const input = { returnUrl: 'https://app.example.com/done', confirm: true }
    const end = await person().finish(await made.authorize(id, input))
    // The result goes with the victim, to the application that knows the victim by name.
    expect(end.location).toMatch(/^https:\/\/app\.example\.com\/done\?/)
    expect(await made.read(id)).toMatchObject({ status: 'pending', generation: 0, secretsSet: [] })
    expect((await made.sallyport.request('GET', `/proxy/${id}/me`)).status).toBe(409)
    expect((await made.sallyport.request('POST', `/v1/accounts/${id}/renew`)).body.code).toBe(
      'account_pending',
    )
    expect((await made.sallyport.request('POST', `/v1/accounts/${id}/token`, {})).body.code).toBe(
      'account_pending',
    )
  })

  test('a cookie of another authorization does not open this one, under either name', async () => {
    const made = await scene()
    const [mine, other] = [await atTheDoor(made), await atTheDoor(made)]
    const value = other.cookie.split('=')[1]
    const cookies = [
      other.cookie,
      `${mine.cookie.split('=')[0]}=${value}`,
      `${mine.cookie.split('=')[0]}=`,
      'a=b',
    ]
    for (const cookie of cookies) {
      expect((await person().get(mine.callback, { cookie })).status).toBe(400)
    }
    expect(made.provider.received('POST /token')).toHaveLength(0)
    expect((await mine.ann.get(mine.callback)).status).toBe(303)
  })

  test('a code that was issued to somebody else is not accepted with one’s own state', async () => {
    const made = await scene()
    const [attacker, victim] = [await atTheDoor(made), await atTheDoor(made)]
    attacker.callback.searchParams.set('code', victim.callback.searchParams.get('code') ?? '')
    expect((await ending(attacker.ann, attacker.callback)).text).toContain('code_verifier does not match')
    expect(await made.read(attacker.id)).toMatchObject({ status: 'pending' })
  })
})

describe('another provider', () => {
  test('a code that a hostile provider had an honest one issue never reaches the hostile token endpoint', async () => {
    const made = await scene()
    const { provider: honest } = made
    const hostile = await loopbackProvider()
    onTestFinished(hostile.close)
    const { redirectUri } = (await made.sallyport.request('GET', '/v1/integrations/loop')).body
    await made.define(codeDefinition(hostile, {}, 'hostile'))
    hostile.script('GET /authorize', ({ query }) => {
      const parameters = new URLSearchParams(query)
      parameters.set('redirect_uri', redirectUri)
      return { status: 302, headers: { Location: `${honest.origin}/authorize?${parameters}` } }
    })
    const id = await made.account('hostile')
    const victim = person()
    const start = await victim.get(await made.authorize(id))
    const cookie = (start.cookies[0] ?? '').split(';')[0] ?? ''
    const consent = await victim.get((await victim.get(start.location)).location)
    expect(consent.location.startsWith(`${redirectUri}?code=`)).toBe(true)

    expect((await victim.get(consent.location)).status).toBe(400)
    // Even if the browser sent the cookie outside its path.
    expect((await victim.get(consent.location, { cookie })).status).toBe(400)
    expect(made.sallyport.logged()).toContain('"why":"another path than it was started for"')
    expect([honest, hostile].map((each) => each.received('POST /token').length)).toEqual([0, 0])
    expect(await made.read(id)).toMatchObject({ status: 'pending' })
  })

  test('a start link is good at its own integration’s path alone', async () => {
    const made = await scene()
    const other = await made.define(codeDefinition(made.provider, {}, 'other'))
    const authorizationUrl = await made.authorize(await made.account())
    const moved = authorizationUrl.replace(/int_\w+/, other.id)
    expect((await person().get(moved)).status).toBe(400)
    expect((await person().get(authorizationUrl)).status).toBe(303)
  })
})

describe('the callback’s query', () => {
  const tokens = ['access_token', 'id_token', 'refresh_token', 'token_type', 'expires_in', 'response']
  const refused: [string, (query: string) => string, number][] = [
    ...tokens.map((name): [string, (query: string) => string, number] => [
      `a ${name}`,
      (query) => `${query}&${name}=x`,
      400,
    ]),
    ['state twice', (query) => `${query}&state=x`, 400],
    ['state twice, the second empty', (query) => `${query}&state`, 400],
    ['code twice', (query) => `${query}&code=x`, 400],
    ['an error twice', (query) => `${query}&error=a&error=b`, 400],
    ['state as a list', (query) => query.replace('state=', 'state[]='), 400],
    ['state as an encoded list', (query) => query.replace('state=', 'state%5B%5D='), 400],
    ['state as an object', (query) => query.replace('state=', 'state[a]='), 400],
    ['state and a list of states', (query) => `${query}&state[]=x`, 400],
    ['code as a list', (query) => query.replace('code=', 'code[0]='), 400],
    ['no state', (query) => query.replace('state=', 'other='), 400],
    ['an empty state', (query) => query.replace(/state=[^&]*/, 'state='), 400],
    ['state in other letters', (query) => query.replace('state=', 'STATE='), 400],
    ['its ampersands written as semicolons', (query) => query.replaceAll('&', ';'), 400],
    ['21 parameters', (query) => `${query}${'&a=b'.repeat(19)}`, 400],
    ['10 000 parameters', (query) => `${query}${'&a=b'.repeat(10_000)}`, 414],
    ['10 000 empty parameters', (query) => `${query}${'&'.repeat(10_000)}`, 414],
    ['9 KiB', (query) => `${query}&pad=${'x'.repeat(9 * 1024)}`, 414],
    ['70 KiB', (query) => `${query}&pad=${'x'.repeat(70 * 1024)}`, 414],
    ['1 MiB', (query) => `${query}&pad=${'x'.repeat(1024 * 1024)}`, 414],
    ['nothing', () => '', 400],
  ]

  test.each(refused)(
    'with %s is refused, and the authorization can still go on',
    async (_, tamper, status) => {
      const made = await scene()
      const { id, ann, callback, cookie } = await atTheDoor(made)
      const path = `${callback.pathname}?${tamper(callback.search.slice(1))}`
      const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`
      const reply = (await rawExchange(made.sallyport.origin, request)).toString()
      expect(reply.slice(0, 12)).toBe(`HTTP/1.1 ${status}`)
      expect(reply).toMatch(/^content-type: text\/html; charset=utf-8\r$/im)
      expect(reply).not.toMatch(/^location:/im)
      expect(made.provider.received('POST /token')).toHaveLength(0)

      expect((await ann.get(callback)).status).toBe(303)
      expect(await made.read(id)).toMatchObject({ status: 'connected' })
    },
  )

  test('with an error beside a code is an error: the code is not redeemed', async () => {
    const made = await scene()
    const { id, ann, callback } = await atTheDoor(made)
    callback.searchParams.set('error', 'access_denied')
    expect((await ending(ann, callback)).text).toContain('The provider refused: access_denied.')
    expect(made.provider.received('POST /token')).toHaveLength(0)
    expect(await made.read(id)).toMatchObject({ status: 'pending' })
  })

  test.each(['', '&code='])(
    'with a state and neither code nor error (%j) ends with a page that says so',
    async (rest) => {
      const made = await scene()
      const { ann, callback } = await atTheDoor(made)
      const page = await ending(
        ann,
        `${callback.origin}${callback.pathname}?state=${callback.searchParams.get('state')}${rest}`,
      )
      expect([page.status, page.text]).toEqual([400, expect.stringContaining('without a code')])
      expect(made.provider.received('POST /token')).toHaveLength(0)
    },
  )

  test.each(['POST', 'PUT', 'HEAD'])('%s is no way to call back', async (method) => {
    const made = await scene()
    const { ann, callback, cookie } = await atTheDoor(made)
    const reply = await fetch(callback, { method, headers: { cookie }, redirect: 'manual' })
    expect(reply.status).toBe(404)
    expect((await ann.get(callback)).status).toBe(303)
  })
})

test('extra parameters of a definition cannot take the place of the protocol’s, however they are written', async () => {
  const { sallyport, provider } = await scene({ auth: null })
  const reserved = [
    'response_type',
    'client_id',
    'redirect_uri',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'resource',
    'request',
    'request_uri',
    'response_mode',
    'scope',
  ]
  const spellings = reserved.flatMap((name) => [
    name,
    name.toUpperCase(),
    encoded(name),
    encoded(encoded(name)),
    ` ${name} `,
  ])
  for (const name of spellings) {
    const { status, body } = await sallyport.request(
      'POST',
      '/v1/integrations',
      codeDefinition(provider, { authorizationParams: { [name]: 'x' } }),
    )
    expect([name, status, body.errors?.[0]?.code]).toEqual([name, 422, 'parameter_reserved'])
    const inUrl = codeDefinition(provider, {
      authorizationUrl: `${provider.origin}/authorize?${encodeURIComponent(name)}=x`,
    })
    expect([name, (await sallyport.request('POST', '/v1/integrations', inUrl)).status]).toEqual([name, 422])
  }
})

describe('headers that are too large', () => {
  const cookies = (bytes: number) =>
    Array.from({ length: Math.ceil(bytes / 2048) }, (_, index) => `site${index}=${'c'.repeat(2040)}`).join(
      '; ',
    )

  test.each([33, 70, 200])(
    'of %i KiB at the callback answer 431 with why, and the mend',
    async (kibibytes) => {
      const made = await scene()
      const { ann, callback, cookie } = await atTheDoor(made)
      const request =
        `GET ${callback.pathname}${callback.search} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
        `Cookie: ${cookie}; ${cookies(kibibytes * 1024)}\r\n\r\n`
      const reply = (await rawExchange(made.sallyport.origin, request)).toString()
      const [head = '', body = ''] = reply.split('\r\n\r\n')
      expect(head).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
      expect(head).toMatch(/^content-type: text\/html; charset=utf-8\r?$/im)
      expect(head).toMatch(/^cache-control: no-store\r?$/im)
      expect(head).toMatch(/^content-security-policy: default-src 'none'/im)
      expect(body).toContain('larger than 32 KiB')
      expect(body).toContain('clear the cookies of this host')
      expect(body).toContain('private window')
      expect(made.provider.received('POST /token')).toHaveLength(0)

      const secrets = [cookie.split('=')[1] ?? '', callback.searchParams.get('code') ?? '']
      for (const secret of secrets) expect(made.sallyport.logged()).not.toContain(secret)
      // Once the cookies are gone, the same authorization can still end well.
      expect((await ann.get(callback)).status).toBe(303)
    },
  )

  test('of 31 KiB do no harm', async () => {
    const made = await scene()
    const { ann, callback, cookie } = await atTheDoor(made)
    const end = await ann.get(callback, { cookie: `${cookies(31 * 1024 - 4096)}; ${cookie}` })
    expect(end.status).toBe(303)
  })

  test('that no parser can read are answered, and not a byte of them is logged', async () => {
    const { sallyport } = await scene({ auth: null })
    const request =
      'GET /v1/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer of-nobody-else\r\nBad Name : x\r\n\r\n'
    const reply = (await rawExchange(sallyport.origin, request)).toString()
    expect(reply.slice(0, 12)).toBe('HTTP/1.1 400')
    const bytes = JSON.stringify([...Buffer.from('of-nobody-else')]).slice(1, -1)
    expect(sallyport.logged()).not.toContain('of-nobody-else')
    expect(sallyport.logged()).not.toContain(bytes)
  })
})

function encoded(text: string): string {
  return [...text]
    .map((character) => `%${character === '%' ? '25' : character.charCodeAt(0).toString(16)}`)
    .join('')
}
