import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSallyport, type TestSallyport } from '../sallyport.suite.ts'
import { keyed, oauth, rest } from './rest.suite.ts'

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

const keysOf = (items: readonly { readonly key: string }[]) => items.map(({ key }) => key)

describe('environments', () => {
  it('are three to begin with, and come page by page', async () => {
    const fresh = await startSallyport()
    const { body } = await fresh.request('GET', '/v1/environments')
    const pages: string[][] = []
    let cursor = ''
    do {
      const page = await fresh.request('GET', `/v1/environments?limit=2${cursor}`)
      pages.push(keysOf(page.body.items))
      cursor = page.body.nextCursor === undefined ? '' : `&cursor=${page.body.nextCursor}`
    } while (cursor !== '')
    await fresh.close()
    expect(keysOf(body.items)).toEqual(['development', 'qa', 'production'])
    expect(body).not.toHaveProperty('nextCursor')
    expect(pages).toEqual([['development', 'qa'], ['production']])
  })

  it('are made, read in any case, changed and deleted', async () => {
    const input = { key: 'Staging', name: 'Staging', returnUrls: ['https://app.example.com/done'] }
    const made = await api.post('/v1/environments', input)
    expect([made.status, made.body]).toEqual([201, { ...input, createdAt: expect.any(String) }])
    expect((await api.get('/v1/environments/STAGING')).body).toEqual(made.body)
    const changed = await api.patch('/v1/environments/staging', { name: 'Stage', returnUrls: [] })
    expect(changed.body).toEqual({ ...made.body, name: 'Stage', returnUrls: [] })
    expect((await api.remove('/v1/environments/staging')).status).toBe(204)
    expect((await api.get('/v1/environments/staging')).status).toBe(404)
    expect((await api.remove('/v1/environments/staging')).status).toBe(404)
  })

  it('cannot share a key, whatever its case', async () => {
    const reply = await api.post('/v1/environments', { key: 'PRODUCTION', name: 'Another' })
    expect([reply.status, reply.body.code]).toEqual([409, 'key_taken'])
    expect(reply.body.errors).toMatchObject([{ path: '/key' }])
  })

  it.each([
    [{ key: 'not-a-key', name: 'x' }, '/key'],
    [{ key: 'nameless' }, '/name'],
    [{ key: 'odd', name: 'x', colour: 'red' }, '/colour'],
    [{ key: 'odd', name: 'x', returnUrls: 'https://a.com/' }, '/returnUrls'],
  ])('are not made of %j', async (input, path) => {
    const reply = await api.post('/v1/environments', input)
    expect(reply.status).toBe(422)
    expect(reply.body.errors).toMatchObject([{ path, message: expect.stringMatching(/\.$/) }])
  })

  it('keep their key', async () => {
    const reply = await api.patch('/v1/environments/qa', { key: 'quality' })
    expect([reply.status, reply.body.errors[0].path]).toEqual([422, '/key'])
  })

  it('with accounts in them stay, until those are gone', async () => {
    await api.post('/v1/environments', { key: 'Busy', name: 'Busy' })
    const key = await api.integration(keyed(provider.origin))
    const made = await api.account(key, { secret: { token: 'key' }, environment: 'busy' })
    const reply = await api.remove('/v1/environments/BUSY')
    expect([reply.status, reply.body.code]).toEqual([409, 'environment_in_use'])
    await api.remove(`/v1/accounts/${made.id}`)
    expect((await api.remove('/v1/environments/BUSY')).status).toBe(204)
  })
})

describe('return URLs', () => {
  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '/done',
    '//app.example.com/done',
    'app.example.com',
    'https://app.example.com',
    'https://app.example.com/done#x',
    'https://user@app.example.com/done',
    'https://app.example.com/a/../done',
    'https://APP.example.com/done',
    'https://app.example.com\\@evil.com/',
    'https://app.example.com/do\tne',
    'https://*.example.com/done',
  ])('may not be %j', async (url) => {
    const returnUrls = ['https://fine.example.com/', url]
    for (const reply of [
      await api.patch('/v1/environments/qa', { returnUrls }),
      await api.post('/v1/environments', { key: 'returning', name: 'x', returnUrls }),
    ]) {
      expect(reply.status).toBe(422)
      expect(reply.body.errors).toMatchObject([
        { path: '/returnUrls/1', message: expect.stringMatching(/^Give /) },
      ])
    }
    expect((await api.get('/v1/environments/qa')).body.returnUrls).toEqual([])
  })

  it('are followed only as they are listed for the account’s own environment, to the letter', async () => {
    const listed = 'https://app.example.com/done?tab=1'
    await api.patch('/v1/environments/production', { returnUrls: [listed] })
    const key = await api.integration(oauth(provider.origin))
    const inProduction = await api.account(key, { environment: 'production' })
    const inDevelopment = await api.account(key)
    const authorize = (id: string, body: object) => api.post(`/v1/accounts/${id}/authorize`, body)
    expect((await authorize(inProduction.id, { returnUrl: listed })).status).toBe(201)
    for (const returnUrl of [
      `${listed}&x`,
      listed.replace('?tab=1', ''),
      `${listed}#x`,
      listed.toUpperCase(),
    ]) {
      const reply = await authorize(inProduction.id, { returnUrl })
      expect([reply.status, reply.body.errors[0].path]).toEqual([422, '/returnUrl'])
    }
    expect((await authorize(inDevelopment.id, { returnUrl: listed })).status).toBe(422)
    expect((await authorize(inDevelopment.id, { confirm: true })).body.errors).toMatchObject([
      { path: '/returnUrl' },
    ])
  })
})
