import { describe, expect, test } from 'vitest'
import { atTheDoor, codeDefinition, ending, person, scene } from './authorization.suite.ts'

describe('the issuer (RFC 9207)', () => {
  const wrong: [string, (iss: string) => string[]][] = [
    ['of somebody else', () => ['https://evil.example']],
    ['with a slash more', (iss) => [`${iss}/`]],
    ['in other letters', (iss) => [iss.replace('http', 'HTTP')]],
    ['with its port written otherwise', (iss) => [iss.replace(/:(\d+)$/, ':0$1')]],
    ['by another name of the host', (iss) => [iss.replace('127.0.0.1', 'localhost')]],
    ['with an empty query', (iss) => [`${iss}?`]],
    ['with an empty fragment', (iss) => [`${iss}#`]],
    ['with a space behind', (iss) => [`${iss} `]],
    ['encoded twice', (iss) => [encodeURIComponent(iss)]],
    ['empty', () => ['']],
    ['twice the same', (iss) => [iss, iss]],
    ['right and wrong', (iss) => [iss, 'https://evil.example']],
    ['wrong and right', (iss) => ['https://evil.example', iss]],
    ['absent though announced', () => []],
  ]
  const answers: [string, Record<string, string>][] = [
    ['a code', {}],
    ['an error', { error: 'access_denied', error_description: 'Words of the wrong server' }],
  ]

  describe.each(answers)('with %s', (_, extra) => {
    test.each(wrong)('%s: 400, no token request, and nothing of what it says is shown', async (_, tamper) => {
      const made = await scene({ auth: null })
      await made.define(codeDefinition(made.provider, { issuer: made.provider.origin }))
      const { id, ann, callback } = await atTheDoor(made)
      const values = tamper(callback.searchParams.get('iss') ?? '')
      callback.searchParams.delete('iss')
      for (const iss of values) callback.searchParams.append('iss', iss)
      for (const [name, value] of Object.entries(extra)) callback.searchParams.set(name, value)

      const page = await ending(ann, callback)
      expect(page.status).toBe(400)
      expect(page.text).not.toMatch(/Words of|access_denied|evil\.example/)
      expect(made.provider.received('POST /token')).toHaveLength(0)
      expect(await made.read(id)).toMatchObject({ status: 'pending', generation: 0 })
    })
  })

  test('the one that was started with is accepted, with a code and with an error', async () => {
    const made = await scene({ auth: null })
    await made.define(codeDefinition(made.provider, { issuer: made.provider.origin }))
    const granted = await atTheDoor(made)
    expect(granted.callback.searchParams.get('iss')).toBe(made.provider.origin)
    expect((await ending(granted.ann, granted.callback)).status).toBe(200)
    made.provider.behaviour.consent = 'deny'
    const refused = await atTheDoor(made)
    expect((await ending(refused.ann, refused.callback)).text).toContain(
      'access_denied (The person said no.)',
    )
  })

  test('absent, where the server does not announce it, is accepted; wrong is not', async () => {
    const made = await scene({ auth: null, behaviour: { sendIssuer: false } })
    await made.define(codeDefinition(made.provider, { issuer: made.provider.origin }))
    const silent = await atTheDoor(made)
    expect((await ending(silent.ann, silent.callback)).status).toBe(200)
    const spoken = await atTheDoor(made)
    spoken.callback.searchParams.set('iss', 'https://evil.example')
    expect((await ending(spoken.ann, spoken.callback)).status).toBe(400)
    expect(made.provider.received('POST /token')).toHaveLength(1)
  })

  test('metadata that name another issuer, or no document at all, start nothing', async () => {
    const made = await scene({ auth: null })
    const { provider } = made
    await made.define(codeDefinition(provider, { issuer: provider.origin }))
    const documents = [
      { issuer: `${provider.origin}/` },
      { issuer: 'https://evil.example' },
      {},
      [],
      null,
      `{"issuer":"${provider.origin}","issuer":"${provider.origin}"}`,
      '<html>',
    ]
    for (const document of documents) {
      const body = typeof document === 'string' ? document : JSON.stringify(document)
      provider.script('GET /.well-known/oauth-authorization-server', { body }, { times: 1 })
      const page = await person().get(await made.authorize(await made.account()))
      expect([document, page.status, page.location, page.cookies]).toEqual([document, 502, '', []])
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    }
  })
})

describe('what an issuer publishes as its page', () => {
  const hostileAddresses = [
    'javascript:alert(1)//',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'http://93.184.216.34/authorize',
    'https://ann:secret@as.example.com/authorize',
    '//as.example.com/authorize',
    '/authorize',
    'https:as.example.com',
    'https://as.example.com\\@evil.example/',
    'https://as.exam\tple.com/authorize',
    ' https://as.example.com/authorize',
    '',
    7,
    ['https://as.example.com/authorize'],
    null,
  ]

  test('sends no browser to anything but a plain https address', async () => {
    const made = await scene({ auth: null })
    const { provider, sallyport } = made
    const { auth, ...definition } = codeDefinition(provider, { issuer: provider.origin })
    const { authorizationUrl: _, ...discovered } = auth
    await made.define({ ...definition, auth: discovered as typeof auth })
    for (const authorization_endpoint of hostileAddresses) {
      provider.script(
        'GET /.well-known/oauth-authorization-server',
        { body: JSON.stringify({ issuer: provider.origin, authorization_endpoint }) },
        { times: 1 },
      )
      const page = await person().get(await made.authorize(await made.account()))
      const { status, location, cookies } = page
      expect([authorization_endpoint, status >= 400 && status !== 500, location, cookies]).toEqual([
        authorization_endpoint,
        true,
        '',
        [],
      ])
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(page.text).not.toMatch(/Sallyport-Target|href/)
    }
    expect(sallyport.logged()).not.toContain('unexpected failure')
  })

  test('cannot be written into a definition either', async () => {
    const { sallyport, provider } = await scene({ auth: null })
    for (const authorizationUrl of hostileAddresses.filter((address) => address !== '/authorize')) {
      const { status, body } = await sallyport.request(
        'POST',
        '/v1/integrations',
        codeDefinition(provider, { authorizationUrl }),
      )
      expect([authorizationUrl, status, body.errors?.[0]?.path]).toEqual([
        authorizationUrl,
        422,
        '/auth/authorizationUrl',
      ])
    }
  })
})
