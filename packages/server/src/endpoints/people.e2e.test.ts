import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { rest } from './rest.suite.ts'

let sallyport: TestSallyport
let api: ReturnType<typeof rest>
beforeAll(async () => {
  sallyport = await startSallyport()
  api = rest(sallyport)
})
afterAll(() => sallyport.close())

const codeOf = ({ status, body }: TestReply) => [status, body?.code]

/** A key of these scopes, and calls with it. */
async function keyWith(...scopes: string[]) {
  const { body } = await api.post('/v1/keys', { name: 'narrow', scopes })
  return (method: string, path: string, input?: unknown) =>
    sallyport.request(method, path, input, { key: body.key })
}

const audited = async (action: string) => (await api.get(`/v1/audit?action=${action}`)).body.items

describe('roles', () => {
  test('are five built-in ones, and those of the organization', async () => {
    const role = { key: 'Support', name: 'Support', base: 'operator', without: ['accounts:write'] }
    const made = await api.post('/v1/roles', role)
    expect([made.status, made.body]).toEqual([
      201,
      {
        ...role,
        builtIn: false,
        scopes: expect.not.arrayContaining(['accounts:write']),
        createdAt: expect.any(String),
      },
    ])
    const { items } = (await api.get('/v1/roles')).body
    expect(items.map(({ key }: { key: string }) => key)).toEqual([
      ...['owner', 'admin', 'developer', 'operator', 'auditor'],
      'Support',
    ])
    expect(items[2].scopes).not.toContain('organization:admin')
    expect(items[4].scopes).toEqual(expect.arrayContaining(['audit:read', 'accounts:read']))
    const page = (await api.get('/v1/roles?limit=4')).body
    expect((await api.get(`/v1/roles?cursor=${page.nextCursor}`)).body.items).toEqual(items.slice(4))
    expect((await api.get('/v1/roles/SUPPORT')).body).toEqual(made.body)
    const changed = await api.patch('/v1/roles/support', { without: [] })
    expect(changed.body.scopes).toContain('accounts:write')
    expect((await audited('role.updated'))[0].changes).toEqual([
      { field: '/without', before: ['accounts:write'], after: [] },
    ])
    expect((await api.remove('/v1/roles/support')).status).toBe(204)
    expect((await api.get('/v1/roles/support')).status).toBe(404)
  })

  test('that are built in stay as they are', async () => {
    const input = { key: 'Owner', name: 'x', base: 'auditor' }
    expect(codeOf(await api.post('/v1/roles', input))).toEqual([409, 'key_taken'])
    expect(codeOf(await api.patch('/v1/roles/admin', { name: 'x' }))).toEqual([409, 'role_built_in'])
    expect(codeOf(await api.remove('/v1/roles/Auditor'))).toEqual([409, 'role_built_in'])
  })

  test('hold no more than whoever makes them, and whoever gives them', async () => {
    const narrow = await keyWith('organization:admin', 'accounts:read')
    const broad = { key: 'broad', name: 'x', base: 'operator', without: [] }
    expect(codeOf(await narrow('POST', '/v1/roles', broad))).toEqual([403, 'role_too_broad'])
    const { scopes } = (await api.get('/v1/roles/operator')).body
    const without = scopes.filter((scope: string) => scope !== 'accounts:read')
    expect((await narrow('POST', '/v1/roles', { ...broad, key: 'slim', without })).status).toBe(201)
    expect(codeOf(await narrow('PATCH', '/v1/roles/slim', { without: [] }))).toEqual([403, 'role_too_broad'])
    const invite = (role: string) => narrow('POST', '/v1/invitations', { email: 'ann@example.com', role })
    expect(codeOf(await invite('operator'))).toEqual([403, 'role_too_broad'])
    expect((await invite('SLIM')).body.role).toBe('slim')
    const provider = { key: 'p', name: 'x', issuer: 'https://idp.example', clientId: 'c' }
    const given = await narrow('POST', '/v1/identity-providers', { ...provider, defaultRole: 'admin' })
    expect(codeOf(given)).toEqual([403, 'role_too_broad'])
    expect(codeOf(await api.remove('/v1/roles/slim'))).toEqual([409, 'role_in_use'])
  })
})

describe('invitations', () => {
  test('show their link once, and are taken back', async () => {
    const made = await api.post('/v1/invitations', { email: 'Bob@Example.com', role: 'auditor' })
    expect(made.body).toEqual({
      id: expect.stringMatching(/^inv_/),
      email: 'Bob@Example.com',
      role: 'auditor',
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      url: expect.stringMatching(`^${sallyport.origin}/invitation/org_[0-9a-z]+\\.[\\w-]{43}$`),
    })
    const { url, ...shown } = made.body
    expect(Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)).toBe(7 * 86_400_000)
    const { items } = (await api.get('/v1/invitations')).body
    expect(items).toContainEqual(shown)
    expect(JSON.stringify([items, await audited('invitation.created')])).not.toContain(url.slice(-43))
    expect((await api.remove(`/v1/invitations/${shown.id}`)).status).toBe(204)
    expect((await api.remove(`/v1/invitations/${shown.id}`)).status).toBe(404)
  })

  test.each([
    [{ email: 'nobody', role: 'auditor' }, '/email'],
    [{ email: 'a@example.com', role: 'none' }, '/role'],
    [{ email: 'a@example.com' }, '/role'],
  ])('of %o are refused at their field', async (input, path) => {
    const reply = await api.post('/v1/invitations', input)
    expect([reply.status, reply.body.errors[0].path]).toEqual([422, path])
  })
})

describe('identity providers', () => {
  const input = {
    key: 'Corp',
    name: 'Corp',
    issuer: 'https://idp.example.com/tenant',
    clientId: 'c{braces}',
    clientSecret: 'canary-of-a-client-secret',
    allowedEmailDomains: ['Example.com'],
    defaultRole: 'DEVELOPER',
  }

  test('keep their secret, and want it again for another issuer', async () => {
    const made = await api.post('/v1/identity-providers', input)
    const { clientSecret, ...shown } = input
    expect([made.status, made.body]).toEqual([
      201,
      {
        ...shown,
        id: expect.stringMatching(/^idp_/),
        defaultRole: 'developer',
        allowedEmailDomains: ['example.com'],
        scopes: ['email', 'profile'],
        ssoOnly: false,
        disabled: false,
        redirectUri: `${sallyport.origin}/login/sso/${made.body.id}/callback`,
        secretsSet: ['/clientSecret'],
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ])
    expect(codeOf(await api.post('/v1/identity-providers', { ...input, key: 'CORP' }))).toEqual([
      409,
      'key_taken',
    ])
    const path = '/v1/identity-providers/corp'
    const elsewhere = { issuer: 'https://evil.example.com' }
    expect(codeOf(await api.patch(path, elsewhere))).toEqual([422, 'secret_required'])
    expect((await api.patch(path, { name: 'C', defaultRole: null })).body).toMatchObject({
      name: 'C',
      secretsSet: ['/clientSecret'],
    })
    const moved = await api.patch(path, { ...elsewhere, clientSecret: 'another' })
    expect(moved.body).toMatchObject({ ...elsewhere, secretsSet: ['/clientSecret'] })
    expect(moved.body).not.toHaveProperty('defaultRole')
    expect((await api.patch(path, { clientSecret: null })).body.secretsSet).toEqual([])
    const told = JSON.stringify([made.body, await audited('identity_provider.created'), sallyport.logged()])
    expect(told).not.toContain(clientSecret)
    expect((await audited('identity_provider.created'))[0].changes).toContainEqual({
      field: '/clientSecret',
      secret: true,
    })
    expect((await api.remove(path)).status).toBe(204)
    expect((await api.get('/v1/identity-providers')).body.items).toEqual([])
  })

  test.each([
    [{ issuer: 'http://8.8.8.8' }, '/issuer'],
    [{ issuer: 'https://idp.example.com/?x=y' }, '/issuer'],
    [{ issuer: 'https://user@idp.example.com' }, '/issuer'],
    [{ issuer: 'https://169.254.169.254' }, '/issuer'],
    [{ defaultRole: 'owner' }, '/defaultRole'],
    [{ defaultRole: 'nobodys' }, '/defaultRole'],
    [{ allowedEmailDomains: ['*.example.com'] }, '/allowedEmailDomains/0'],
    [{ scopes: ['two words'] }, '/scopes/0'],
    [{ clientId: 'é' }, '/clientId'],
    [{ colour: 'red' }, '/colour'],
  ])('that say %o are refused at that field', async (wrong, path) => {
    const reply = await api.post('/v1/identity-providers', { ...input, key: 'odd', ...wrong })
    expect([reply.status, reply.body.errors[0].path]).toEqual([422, path])
    expect((await api.get('/v1/identity-providers/odd')).status).toBe(404)
  })
})

test('a key is no person', async () => {
  expect((await api.get('/v1/users/me')).status).toBe(404)
  expect((await api.get('/v1/users/usr_absent')).status).toBe(404)
  expect((await api.get('/v1/users')).body).toEqual({ items: [] })
})
