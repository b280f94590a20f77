import { loopbackProvider } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { json, quirk } from './quirks.suite.ts'

const bearer = { access_token: 'graph-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' }
const hostOf = (origin: string) => new URL(origin).host

test('12: one consent, a second token for another resource, each at its own host alone', async () => {
  const site = await loopbackProvider()
  onTestFinished(site.close)
  site.script('GET /_api/web', json({}))
  const made = await quirk(
    (origin) => ({
      followUps: [
        {
          url: `${origin}/token`,
          body: {
            grant_type: 'refresh_token',
            refresh_token: '{token.refreshToken}',
            client_id: '{client.id}',
            client_secret: '{client.secret}',
            scope: 'https://site.example/.default',
          },
          reply: { tokens: { site: '/access_token' } },
          onRenewal: true,
        },
      ],
    }),
    (origin) => ({
      hosts: [origin, site.origin],
      placement: [
        { in: 'header', template: 'Bearer {token.site}', hosts: [hostOf(site.origin)] },
        { in: 'header', template: 'Bearer {token}' },
      ],
    }),
  )
  const { provider, sallyport, connect, call, renew } = made
  const issued = { graph: 0, site: 0 }
  provider.script('POST /token', ({ form, headers }) => {
    const isSite = form.get('scope')?.startsWith('https://site.example/') === true
    if (isSite && headers.authorization !== undefined) return json({ error: 'invalid_request' }, 400)
    const name = isSite ? 'site' : 'graph'
    issued[name] += 1
    return json({ ...bearer, access_token: `${name}-${issued[name]}` })
  })
  provider.script('GET /api/echo', json({}))
  const { id } = await connect()
  const callSite = () =>
    sallyport.request('GET', `/proxy/${id}`, undefined, {
      headers: { 'Sallyport-Target': `${site.origin}/_api/web` },
    })
  await call(id)
  expect((await callSite()).status).toBe(200)
  expect((await renew(id)).body).toMatchObject({ generation: 2 })
  await call(id)
  await callSite()
  const sent = (received: { headers: { authorization?: string | undefined } }[]) =>
    received.map(({ headers }) => headers.authorization)
  expect(sent(provider.received('ANY /api/*'))).toEqual(['Bearer graph-1', 'Bearer graph-2'])
  expect(sent(site.received())).toEqual(['Bearer site-1', 'Bearer site-2'])
})

test('13: the client’s own token from another server, for the one host that takes it', async () => {
  const bots = await loopbackProvider()
  onTestFinished(bots.close)
  bots.script('POST /bot/token', ({ form, headers }) =>
    form.get('client_secret') === 'client-secret' && headers.authorization === undefined
      ? json({ token_type: 'Bearer', expires_in: 3600, access_token: 'bot' })
      : json({ error: 'invalid_request' }, 400),
  )
  bots.script('POST /v3/conversations', json({}))
  const { sallyport, provider, connect, call } = await quirk(
    () => ({
      followUps: [
        {
          url: `${bots.origin}/bot/token`,
          body: {
            grant_type: 'client_credentials',
            client_id: '{client.id}',
            client_secret: '{client.secret}',
            scope: 'https://bots.example/.default',
          },
          reply: { tokens: { bot: '/access_token' } },
          onRenewal: true,
        },
      ],
    }),
    (origin) => ({
      hosts: [origin, bots.origin],
      placement: [
        { in: 'header', template: 'Bearer {token}', hosts: [hostOf(origin)] },
        { in: 'header', template: 'Bearer {token.bot}', hosts: [hostOf(bots.origin)] },
      ],
    }),
  )
  provider.script('POST /token', json(bearer))
  provider.script('GET /api/echo', json({}))
  const { id, status } = await connect()
  expect(status).toBe('connected')
  const headers = { 'Sallyport-Target': `${bots.origin}/v3/conversations` }
  expect((await sallyport.request('POST', `/proxy/${id}`, {}, { headers })).status).toBe(200)
  await call(id)
  expect(bots.received('POST /v3/*')[0]?.headers.authorization).toBe('Bearer bot')
  expect(provider.received('ANY /api/*')[0]?.headers.authorization).toBe('Bearer graph-1')
})

test('12: placements by host: where one hides another, or the type knows none, the definition is refused', async () => {
  const { sallyport, provider } = await quirk(() => ({}))
  const faults = async (placement: object[], auth?: object) => {
    const definition = {
      key: 'other',
      name: 'Other',
      baseUrl: `${provider.origin}/api`,
      auth: auth ?? {
        type: 'oauth2',
        grant: 'client_credentials',
        tokenUrl: `${provider.origin}/t`,
        clientId: 'c',
      },
      placement,
    }
    const { body } = await sallyport.request('POST', '/v1/integrations', definition)
    return body.errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)
  }
  const at = (...hosts: string[]) => ({ in: 'header', hosts })
  expect(await faults([{ in: 'header' }, at('a.example')])).toEqual(['/placement/1 repeated'])
  expect(await faults([at('a.example'), at('a.example')])).toEqual(['/placement/1 repeated'])
  expect(await faults([at('*')])).toEqual(['/placement/0/hosts/0 wildcard_everything'])
  expect(await faults([at('a.example')], { type: 'api_token' })).toEqual(['/placement/0/hosts hosts_refused'])
})
