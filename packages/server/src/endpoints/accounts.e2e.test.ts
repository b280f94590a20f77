import { canary, findCanaries, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { basic, credentials, type Json, keyed, oauth, rest } from './rest.suite.ts'

let sallyport: TestSallyport
let provider: LoopbackProvider
let api: ReturnType<typeof rest>
beforeAll(async () => {
  sallyport = await startSallyport()
  provider = await loopbackProvider()
  api = rest(sallyport)
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const secret = { token: 'key' }
const test = { path: '/me' }
const pathsOf = (reply: TestReply) => reply.body.errors.map(({ path }: { path: string }) => path)

describe('an account', () => {
  it('is shown whole, and the same whenever it is read', async () => {
    const key = await api.integration(keyed(provider.origin))
    const reply = await api.post('/v1/accounts', {
      integration: key.toUpperCase(),
      name: ' Ada ',
      secret,
      tags: { a: 'b' },
    })
    expect(reply.status).toBe(201)
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^acc_[0-9a-z]+$/),
      integration: key,
      name: 'Ada',
      environment: 'development',
      status: 'connected',
      statusSince: time,
      warnings: [],
      generation: 1,
      scopes: [],
      parameters: {},
      kept: {},
      secretsSet: ['/secret/token'],
      tags: { a: 'b' },
      connectedAt: time,
      createdBy: { kind: 'operator' },
      createdAt: time,
      updatedAt: time,
    })
    expect(await api.read(reply.body.id)).toEqual(reply.body)
  })

  it.each([
    ['no integration', { integration: undefined }, ['/integration']],
    ['an integration that there is not', { integration: 'absent' }, ['/integration']],
    ['an environment that there is not', { environment: 'absent' }, ['/environment']],
    ['neither', { integration: 'absent', environment: 'absent' }, ['/environment', '/integration']],
    ['a key that cannot be', { integration: 'not-a-key' }, ['/integration']],
    ['no name', { name: undefined }, ['/name']],
    ['a name of 201 letters', { name: 'n'.repeat(201) }, ['/name']],
    ['a field that there is not', { status: 'connected' }, ['/status']],
    ['a generation', { generation: 3 }, ['/generation']],
    ['a tag with a space in its name', { tags: { 'a b': 'c' } }, ['/tags/a b']],
    ['a tag that is a number', { tags: { a: 1 } }, ['/tags/a']],
    ['no token', { secret: undefined }, ['/secret/token']],
    ['an empty token', { secret: { token: '' } }, ['/secret/token']],
    ['a token with a line break', { secret: { token: 'key\n' } }, ['/secret/token']],
    ['a secret of another type', { secret: { ...secret, password: 'x' } }, ['/secret/password']],
    ['a secret that is a text', { secret: 'key' }, ['/secret']],
  ])('is not made with %s', async (_what, fields, paths) => {
    const integration = await api.integration(keyed(provider.origin))
    const reply = await api.post('/v1/accounts', { integration, name: 'An account', secret, ...fields })
    expect([reply.status, reply.body.code]).toEqual([422, 'input_invalid'])
    expect(pathsOf(reply)).toEqual(paths)
    for (const { message } of reply.body.errors) expect(message).toMatch(/\.$/)
    expect((await api.get(`/v1/accounts?integration=${integration}`)).body.items).toEqual([])
  })

  it('lives in the environment that is named, in any case, and stays there', async () => {
    const key = await api.integration(keyed(provider.origin))
    const made = await api.account(key, { secret, environment: 'PRODUCTION' })
    expect(made.environment).toBe('production')
  })

  it('is gone once it is deleted, for reading, calling and all else alike', async () => {
    const made = await api.account(await api.integration(keyed(provider.origin)), { secret })
    const path = `/v1/accounts/${made.id}`
    const deleted = await api.remove(path)
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    for (const reply of [
      await api.get(path),
      await api.remove(path),
      await api.patch(path, { name: 'x' }),
      await api.post(`${path}/test`),
      await api.post(`${path}/token`, {}),
      await api.post(`${path}/renew`),
      await api.post(`${path}/authorize`, {}),
      await api.post(`${path}/confirm`, { result: 'x' }),
      await api.get(`/proxy/${made.id}/me`),
    ]) {
      expect([reply.status, reply.body.code]).toEqual([404, 'not_found'])
    }
  })

  it('never shows its secret: not when made, read, listed, changed, tried or refused, and not in the log', async () => {
    const token = canary('account secret')
    provider.behaviour.apiKey = token
    const integration = await api.integration(keyed(provider.origin, { test }))
    const body = { integration, name: 'An account', secret: { token } }
    const made = await api.post('/v1/accounts', body)
    const path = `/v1/accounts/${made.body.id}`
    const replies = [
      made,
      await api.get(path),
      await api.get(`/v1/accounts?integration=${integration}`),
      await api.patch(path, { name: 'Another', secret: { token } }),
      await api.post(`${path}/test`),
      await api.post('/v1/accounts/test', body),
      await api.post('/v1/accounts', { ...body, tags: 7 }),
    ]
    provider.behaviour.apiKey = 'key'
    expect(replies.map(({ status }) => status)).toEqual([201, 200, 200, 200, 201, 201, 422])
    expect(
      findCanaries(
        replies
          .slice(0, -1)
          .map(({ text }) => text)
          .join(),
      ),
    ).toEqual([])
    expect(findCanaries(sallyport.logged())).toEqual([])
  })
})

describe('a list of accounts', () => {
  const names = async (query: string) => {
    const { body } = await api.get(`/v1/accounts?${query}`)
    return body.items.map(({ name }: { name: string }) => name)
  }

  it('comes page by page, each once, oldest first', async () => {
    const key = await api.integration(keyed(provider.origin))
    const made: string[] = []
    for (const name of ['e', 'd', 'c', 'b', 'a']) made.push((await api.account(key, { name, secret })).name)
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await api.get(`/v1/accounts?integration=${key}&limit=2${cursor}`)
      expect(body.items.length).toBeLessThanOrEqual(2)
      seen.push(...body.items.map(({ name }: { name: string }) => name))
      cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor}`
    } while (cursor !== '')
    expect(seen).toEqual(made)
  })

  it('is narrowed by integration, environment, tags and part of the name, each and together, in any case', async () => {
    const one = await api.integration(keyed(provider.origin))
    const two = await api.integration(keyed(provider.origin))
    await api.account(one, { name: 'Ada Lovelace', secret, tags: { team: 'x', tier: '1' } })
    await api.account(one, { name: 'Grace 100%', secret, environment: 'production', tags: { team: 'x' } })
    await api.account(two, { name: 'Ada Two', secret, environment: 'production', tags: { team: 'y' } })
    expect(await names(`integration=${one}`)).toEqual(['Ada Lovelace', 'Grace 100%'])
    expect(await names(`integration=${one.toUpperCase()}&q=LOVE`)).toEqual(['Ada Lovelace'])
    expect(await names(`integration=${one}&environment=production`)).toEqual(['Grace 100%'])
    expect(await names(`integration=${one}&environment=Production`)).toEqual(['Grace 100%'])
    expect(await names(`integration=${one}&tag.team=x`)).toEqual(['Ada Lovelace', 'Grace 100%'])
    expect(await names(`integration=${one}&tag.team=x&tag.tier=1`)).toEqual(['Ada Lovelace'])
    expect(await names(`integration=${one}&tag.team=y`)).toEqual([])
    expect(await names(`integration=${one}&q=${encodeURIComponent('%')}`)).toEqual(['Grace 100%'])
    expect(await names(`integration=${one}&q=_`)).toEqual([])
    expect(await names('tag.team=y&environment=production&q=ada')).toEqual(['Ada Two'])
  })

  it('is empty where the integration or the environment is not there', async () => {
    await api.account(await api.integration(keyed(provider.origin)), { secret })
    expect(await names('integration=absent')).toEqual([])
    expect(await names('environment=absent')).toEqual([])
  })

  it.each([
    ['status=broken', '/status'],
    ['limit=0', '/limit'],
    ['cursor=x', '/cursor'],
    ['stauts=connected', '/stauts'],
    ['tags.team=x', '/tags.team'],
    ['integration=not-a-key', '/integration'],
  ])('is refused by ?%s, with its path', async (query, path) => {
    const reply = await api.get(`/v1/accounts?${query}`)
    expect(reply.status).toBe(422)
    expect(pathsOf(reply)).toEqual([path])
  })

  it('narrowed by status has the accounts that show it, and no others', async () => {
    const key = await api.integration(oauth(provider.origin))
    const past = { accessToken: 'a', expiresAt: '2026-01-01T00:00:00Z' }
    const ahead = { accessToken: 'a', expiresAt: '2099-01-01T00:00:00Z' }
    await api.account(key, { name: 'pending' })
    await api.account(key, { name: 'connected', secret: { accessToken: 'a' } })
    await api.account(key, { name: 'expiring', secret: ahead })
    await api.account(key, { name: 'needs_reconnect', secret: past })
    const disabled = await api.account(key, { name: 'disabled', secret: { accessToken: 'a' } })
    await api.patch(`/v1/accounts/${disabled.id}`, { disabled: true })
    const all = await api.get(`/v1/accounts?integration=${key}`)
    for (const { name, status } of all.body.items) expect(status).toBe(name)
    for (const status of ['pending', 'connected', 'expiring', 'needs_reconnect', 'disabled']) {
      expect(await names(`integration=${key}&status=${status}`)).toEqual([status])
    }
    expect(await names(`integration=${key}&status=failing`)).toEqual([])
  })
})

describe('a trial', () => {
  it('without storing says how an account would do, whatever its type', async () => {
    const closed = `http://127.0.0.1:${await freePort()}`
    const rows: [Json, Json, Json][] = [
      [
        keyed(provider.origin, { test }),
        { secret },
        { ok: true, status: 'connected', response: { status: 200 } },
      ],
      [
        keyed(provider.origin, { test }),
        { secret: { token: 'wrong' } },
        { ok: false, status: 'needs_reconnect', reason: 'rejected', response: { status: 401 } },
      ],
      [
        keyed(provider.origin, { test: { ...test, status: 204 } }),
        { secret },
        { ok: false, status: 'failing', reason: 'unexpected_status', response: { status: 200 } },
      ],
      [keyed(closed, { test }), { secret }, { ok: false, status: 'failing', reason: 'upstream_unreachable' }],
      [keyed(provider.origin), { secret }, { ok: true, status: 'connected' }],
      [
        basic(provider.origin, { test }),
        { secret: { username: 'user', password: 'password' } },
        { ok: true, status: 'connected', response: { status: 200 } },
      ],
      [credentials(provider.origin), {}, { ok: true, status: 'connected' }],
      [
        credentials(provider.origin, { clientSecret: 'wrong' }),
        {},
        { ok: false, status: 'failing', reason: 'invalid_client' },
      ],
      [oauth(provider.origin), {}, { ok: false, status: 'pending' }],
    ]
    for (const [definition, fields, outcome] of rows) {
      const integration = await api.integration(definition)
      const reply = await api.post('/v1/accounts/test', { integration, name: 'x', ...fields })
      expect(reply.status).toBe(201)
      const { reasonDetail, ...rest } = reply.body
      expect(rest).toEqual(outcome)
      if (outcome.reason) expect(reasonDetail).toMatch(/\.$/)
      expect((await api.get(`/v1/accounts?integration=${integration}`)).body.items).toEqual([])
    }
  })

  it('without storing refuses what making the account would refuse', async () => {
    const integration = await api.integration(keyed(provider.origin, { test }))
    provider.forget()
    const reply = await api.post('/v1/accounts/test', { integration, name: '', secret: { token: 'a\nb' } })
    expect(reply.status).toBe(422)
    expect(pathsOf(reply)).toEqual(['/name'])
    expect(provider.received()).toEqual([])
  })

  it('of an account makes its status follow the API, there and back', async () => {
    const made = await api.account(await api.integration(keyed(provider.origin, { test })), { secret })
    const path = `/v1/accounts/${made.id}/test`
    provider.behaviour.apiKey = 'another'
    const rejected = await api.post(path)
    expect(rejected.body).toMatchObject({ ok: false, status: 'needs_reconnect', reason: 'rejected' })
    expect(await api.read(made.id)).toMatchObject({ status: 'needs_reconnect', reason: 'rejected' })
    provider.behaviour.apiKey = 'key'
    expect((await api.post(path)).body).toEqual({ ok: true, status: 'connected', response: { status: 200 } })
    expect((await api.read(made.id)).status).toBe('connected')
    provider.script('GET /keyed/me', { status: 503 }, { times: 1 })
    expect((await api.post(path)).body).toMatchObject({ ok: false, status: 'failing' })
    expect((await api.read(made.id)).status).toBe('failing')
  })

  it('of an account that holds nothing to try is refused, sends nothing and changes nothing', async () => {
    const key = await api.integration(oauth(provider.origin, {}, { test }))
    const pending = await api.account(key)
    const destroyed = await api.account(key, { secret: { accessToken: 'a' } })
    const change = {
      placement: { in: 'header', name: 'X-T', template: '{token}' },
      auth: { clientSecret: 'b' },
    }
    expect((await api.patch(`/v1/integrations/${key}?reconnect=true`, change)).status).toBe(200)
    provider.forget()
    for (const [id, status, code] of [
      [pending.id, 'pending', 'account_pending'],
      [destroyed.id, 'needs_reconnect', 'account_needs_reconnect'],
    ]) {
      const reply = await api.post(`/v1/accounts/${id}/test`)
      expect([reply.status, reply.body.code]).toEqual([409, code])
      expect((await api.read(id)).status).toBe(status)
    }
    expect(provider.received()).toEqual([])
  })

  it('needs a test request in the definition', async () => {
    const made = await api.account(await api.integration(keyed(provider.origin)), { secret })
    const reply = await api.post(`/v1/accounts/${made.id}/test`)
    expect([reply.status, reply.body.code]).toEqual([422, 'test_undefined'])
  })
})
