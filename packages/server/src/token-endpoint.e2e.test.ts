import { createHash } from 'node:crypto'
import {
  canary,
  faults,
  findCanaries,
  loopbackProvider,
  type ScriptedReply,
  selfSignedCertificate,
  sink,
} from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { codeDefinition, person, scene } from './authorization.suite.ts'
import { startSallyport } from './sallyport.suite.ts'
import { accountAfter, json, machineScene, text, token } from './token-endpoint.suite.ts'

describe('client authentication', () => {
  const pairs: [string, string][] = [
    ['a b:c+%e', 's:e+c %r/e=t&'],
    ['client_id-1.example~x', 'sk_test-1.2_3~4*5'],
    ['äöü €', '秘密 🔑'],
    ['"quoted\\', "it's <b>&amp;</b>"],
    ['%2B', '%'],
    ['+', '='],
    ['x', '$(touch /tmp/x);`id`|\'"'],
  ]

  test.each(pairs)(
    'by basic the provider reads the very characters of %j and %j',
    async (clientId, clientSecret) => {
      const made = await scene({ auth: null })
      made.provider.behaviour.clients = [{ clientId, clientSecret }]
      made.provider.behaviour.clientAuthenticationMethods = ['basic']
      await made.define(
        codeDefinition(made.provider, { grant: 'client_credentials', clientId, clientSecret }),
      )
      expect(await made.read(await made.account())).toMatchObject({ status: 'connected' })
      const [request] = made.provider.received('POST /token')
      expect([request?.form.has('client_id'), request?.form.has('client_secret')]).toEqual([false, false])
    },
  )

  test('by basic characters that no form escapes stay as they are, for providers that do not decode', async () => {
    const made = await scene({ auth: null })
    const plain = { clientId: 'client_id-1.example', clientSecret: 'sk_test-1.2_3*4' }
    await made.define(codeDefinition(made.provider, { grant: 'client_credentials', ...plain }))
    await made.account()
    await made.sallyport.request('PATCH', '/v1/integrations/loop', {
      auth: { clientId: 'a b:c+%e', clientSecret: 'x' },
    })
    await made.account()
    const sent = made.provider
      .received('POST /token')
      .map(({ headers }) =>
        Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString(),
      )
    expect(sent).toEqual(['client_id-1.example:sk_test-1.2_3*4', 'a+b%3Ac%2B%25e:x'])
  })

  test('by body both stand there alone; by none the id does, and no secret goes anywhere', async () => {
    for (const [method, names] of [
      ['body', ['client_id', 'client_secret']],
      ['none', ['client_id']],
    ] as const) {
      const made = await machineScene({ clientAuthentication: method })
      await accountAfter(made, token())
      const [request] = made.provider.received('POST /token')
      expect(request?.headers.authorization).toBeUndefined()
      const given = [...(request?.form.keys() ?? [])].filter((name) => name.startsWith('client_'))
      expect([method, given.sort()]).toEqual([method, names])
    }
  })
})

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308, 300, 304])(
    '%i is not followed: where it leads nothing arrives',
    async (status) => {
      const made = await machineScene()
      const elsewhere = await sink()
      onTestFinished(elsewhere.close)
      for (const location of [`${elsewhere.origin}/token`, `${made.provider.origin}/elsewhere`]) {
        const account = await accountAfter(made, faults.redirect(location, status))
        expect(account).toMatchObject({ status: 'failing', reason: 'redirect_refused' })
        expect(account.reasonDetail).not.toContain('127.0.0.1')
      }
      expect([elsewhere.connections, made.provider.received('ANY /elsewhere').length]).toEqual([0, 0])
      expect(made.provider.received('POST /token')).toHaveLength(2)
    },
  )

  test('during an authorization ends it, and the code goes nowhere else', async () => {
    const made = await scene()
    const elsewhere = await sink()
    onTestFinished(elsewhere.close)
    made.provider.script('POST /token', faults.redirect(`${elsewhere.origin}/token`, 307))
    const id = await made.account()
    expect((await person().finish(await made.authorize(id))).status).toBe(400)
    expect(elsewhere.connections).toBe(0)
    expect(await made.read(id)).toMatchObject({ status: 'pending' })
  })

  test('of the metadata is not followed either', async () => {
    const made = await scene({ auth: null })
    const elsewhere = await sink()
    onTestFinished(elsewhere.close)
    await made.define(codeDefinition(made.provider, { issuer: made.provider.origin }))
    const path = '/.well-known/oauth-authorization-server'
    made.provider.script(`GET ${path}`, faults.redirect(`${elsewhere.origin}${path}`))
    const page = await person().get(await made.authorize(await made.account()))
    expect([page.status, page.location, elsewhere.connections]).toEqual([502, '', 0])
  })
})

describe('an error', () => {
  const refusals: [string, ScriptedReply, string, string][] = [
    ['invalid_grant with 400', json({ error: 'invalid_grant' }, 400), 'needs_reconnect', 'invalid_grant'],
    ['invalid_grant with 200', json({ error: 'invalid_grant' }, 200), 'needs_reconnect', 'invalid_grant'],
    ['invalid_grant with 403', json({ error: 'invalid_grant' }, 403), 'needs_reconnect', 'invalid_grant'],
    ['invalid_grant with 401', json({ error: 'invalid_grant' }, 401), 'needs_reconnect', 'invalid_grant'],
    ['invalid_grant with 503', json({ error: 'invalid_grant' }, 503), 'failing', 'invalid_grant'],
    ['invalid_grant beside a token', token({ error: 'invalid_grant' }), 'needs_reconnect', 'invalid_grant'],
    ['invalid_client', json({ error: 'invalid_client' }, 401), 'failing', 'invalid_client'],
    ['invalid_scope', json({ error: 'invalid_scope' }, 400), 'failing', 'invalid_scope'],
    [
      'temporarily_unavailable',
      json({ error: 'temporarily_unavailable' }, 503),
      'failing',
      'temporarily_unavailable',
    ],
    ['one of its own', json({ error: { code: 190, message: 'Gone.' } }, 400), 'failing', 'server_error'],
    [
      'invalid_grant in a page',
      text('<html>invalid_grant</html>', 400, 'text/html'),
      'failing',
      'provider_incident',
    ],
    [
      'invalid_grant in a form',
      text('error=invalid_grant', 200, 'application/x-www-form-urlencoded'),
      'needs_reconnect',
      'invalid_grant',
    ],
  ]

  test.each(refusals)('%s: the account’s status and reason say it', async (_, reply, status, reason) => {
    expect(await accountAfter(await machineScene(), reply)).toMatchObject({ status, reason })
  })

  test('is shown in the provider’s words, without markup and not without end', async () => {
    const words = 'The scope read is not for you. <b>Bold</b> `rm` \u0007\u202e & more. '
    const account = await accountAfter(
      await machineScene(),
      json({ error: 'invalid_scope', error_description: words.repeat(20) }, 400),
    )
    expect(account.reasonDetail).toMatch(
      /^The provider refused: invalid_scope \(The scope read is not for you\./,
    )
    expect(account.reasonDetail).toMatch(/^[\x20-\x7e]{50,350}$/)
    expect(account.reasonDetail).not.toMatch(/[<>&`]/)
  })

  test('that repeats what we sent shows no secret, however it is written', async () => {
    const clientSecret = canary('client secret')
    for (const clientAuthentication of ['basic', 'body']) {
      const made = await machineScene({ clientSecret, clientAuthentication })
      const account = await accountAfter(made, ({ headers, body }) =>
        json(
          {
            error: 'invalid_client',
            error_description: `${headers.authorization ?? ''} ${body} ${clientSecret}`,
          },
          401,
        ),
      )
      expect(account).toMatchObject({ status: 'failing', reason: 'invalid_client' })
      expect(account.reasonDetail).toContain('[secret]')
      const { text: trial } = await made.sallyport.request('POST', `/v1/accounts/${account.id}/renew`)
      expect(findCanaries(`${JSON.stringify(account)} ${trial} ${made.sallyport.logged()}`)).toEqual([])
    }
  })

  test('that repeats code, verifier or refresh token shows none of them', async () => {
    const made = await scene()
    made.provider.script(
      'POST /token',
      ({ body }) => json({ error: 'invalid_request', error_description: body }, 400),
      { times: 1 },
    )
    const id = await made.account()
    const page = await person().finish(await made.authorize(id))
    const { code = '', code_verifier = '' } = Object.fromEntries(
      made.provider.received('POST /token')[0]?.form ?? [],
    )
    expect(page.text).toContain('[secret]')
    for (const secret of [code, code_verifier]) {
      expect(secret).not.toBe('')
      expect(page.text + made.sallyport.logged()).not.toContain(secret)
    }

    await person().finish(await made.authorize(id))
    made.provider.script('POST /token', ({ body }) => text(`<p>${body}</p>`, 400, 'text/html'))
    const renewal = await made.sallyport.request('POST', `/v1/accounts/${id}/renew`)
    const refreshToken = made.provider.received('POST /token').at(-1)?.form.get('refresh_token') ?? ''
    expect(refreshToken).toMatch(/^refresh-/)
    expect(renewal.text + made.sallyport.logged()).not.toContain(refreshToken)
  })
})

test('a token endpoint by GET takes everything in its query, and no secret of it is written anywhere', async () => {
  const clientSecret = canary('secret in a query')
  const made = await machineScene({ tokenMethod: 'GET', clientAuthentication: 'body', clientSecret })
  made.provider.behaviour.tokenEndpointByGet = true
  made.provider.behaviour.clients = [{ clientId: 'client', clientSecret }]
  const id = await made.account()
  expect(await made.read(id)).toMatchObject({ status: 'connected' })
  expect(made.provider.received('POST /token')).toHaveLength(0)
  const [request] = made.provider.received('GET /token')
  expect(new URLSearchParams(request?.query).get('client_secret')).toBe(clientSecret)
  expect(request?.body).toBe('')

  const replies: ScriptedReply[] = [
    faults.redirect(`https://evil.example/token?client_secret=${clientSecret}`),
    faults.reset(),
    text(`<a href="/token?client_secret=${clientSecret}">Again</a>`, 500, 'text/html'),
    json({ error: 'invalid_request', error_description: `/token?${request?.query}` }, 400),
    json({ error: clientSecret }, 400),
  ]
  let shown = ''
  for (const reply of replies) {
    made.provider.script('GET /token', reply, { times: 1 })
    const renewal = await made.sallyport.request('POST', `/v1/accounts/${id}/renew`)
    expect(renewal.status).toBeGreaterThanOrEqual(400)
    shown += renewal.text + JSON.stringify(await made.read(id))
  }
  expect(findCanaries(shown)).toEqual([])
  expect(findCanaries(made.sallyport.logged())).toEqual([])
})

describe('https', () => {
  test('with a certificate that nobody vouches for gets no request, whatever the environment says', async () => {
    const provider = await loopbackProvider({ tls: true })
    onTestFinished(provider.close)
    const made = await scene({ auth: null })
    await made.define(codeDefinition(provider, { grant: 'client_credentials' }))
    await made.define({ ...codeDefinition(provider, {}, 'code'), auth: { ...codeDefinition(provider).auth } })
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    onTestFinished(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    })
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const account = await accountAfter({ ...made, provider }, token())
    expect(account).toMatchObject({ status: 'failing', reason: 'upstream_unreachable', generation: 0 })
    expect(provider.connections).toBe(1)
    expect(provider.received()).toEqual([])
    expect(made.sallyport.logged()).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect((await selfSignedCertificate()).certificate).toBe(provider.certificate)
  })

  test('is what a public token endpoint needs: plain http is refused in the definition', async () => {
    const sallyport = await startSallyport({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '' })
    onTestFinished(() => sallyport.close())
    const { auth, ...rest } = codeDefinition({ origin: 'https://as.example.com' })
    for (const field of ['tokenUrl', 'authorizationUrl', 'issuer']) {
      const { status, body } = await sallyport.request('POST', '/v1/integrations', {
        ...rest,
        auth: { ...auth, [field]: 'http://as.example.com/x' },
      })
      expect([field, status, body.errors?.[0]]).toMatchObject([
        field,
        422,
        { path: `/auth/${field}`, code: 'https_required' },
      ])
    }
  })
})

test('what is stored of a provider’s page is a digest and a few words for the log, where its tokens are not', async () => {
  const made = await machineScene()
  const body = '<html>Ann session=abcdefghijklmnopqrstuvwxyz0123456789</html>'
  await accountAfter(made, text(body, 200, 'text/html'))
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16)
  expect(made.sallyport.logged()).toContain(digest)
  expect(made.sallyport.logged()).not.toContain('abcdefghijklmnopqrstuvwxyz')

  await accountAfter(made, {
    ...token({ access_token: '7|living!token', refresh_token: 'short' }),
    status: 500,
  })
  await accountAfter(made, text('access_token=7|living!token&refresh_token=short', 500))
  expect(made.sallyport.logged()).not.toMatch(/living|short/)
})
