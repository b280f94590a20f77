import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { ownFolder } from './own-folder.suite.ts'
import { type VerdaccioServerOptions, verdaccioServer } from './verdaccio-server.ts'

async function started(options: VerdaccioServerOptions = {}) {
  const server = await verdaccioServer(options)
  onTestFinished(server.close)
  const logIn = async (password = server.password, basic = true) => {
    const authorization = `Basic ${Buffer.from(`${server.username}:${password}`).toString('base64')}`
    const reply = await fetch(server.loginUrl, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...(basic ? { authorization } : {}) },
      body: JSON.stringify({ name: server.username, password }),
    })
    return { status: reply.status, body: (await reply.json()) as Record<string, string> }
  }
  const ask = async (url: string, token?: string) => {
    const reply = await fetch(
      url,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    )
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
  }
  return { server, logIn, ask }
}

test('a log-in yields a token that opens the rest', async () => {
  const { server, logIn, ask } = await started()
  const { status, body } = await logIn()
  expect(status).toBe(201)
  expect(await ask(server.whoamiUrl, body.token)).toMatchObject({ status: 200, body: { username: 'ann' } })
  expect(await ask(server.profileUrl, body.token)).toMatchObject({ status: 200, body: { name: 'ann' } })
  expect(server.received('ANY /-/user/*')).toHaveLength(1)
})

test('a wrong password, a token that is none and no token are refused', async () => {
  const { server, logIn, ask } = await started()
  expect(await logIn('wrong')).toMatchObject({ status: 401, body: { error: expect.any(String) } })
  expect((await ask(server.profileUrl, 'made-up')).status).toBe(401)
  expect((await ask(server.profileUrl)).status).toBe(401)
  expect(await ask(server.whoamiUrl, 'made-up')).toEqual({ status: 200, body: {} })
  expect(await ask(server.whoamiUrl)).toEqual({ status: 200, body: {} })
})

test('a log-in without Basic is taken for a registration', async () => {
  const { server, logIn } = await started()
  expect((await logIn(server.password, false)).status).toBe(409)
  expect((await logIn('wrong', false)).status).toBe(401)
  const reply = await fetch(server.loginUrl.replace('ann', 'bob'), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bob', password: 'something' }),
  })
  expect([reply.status, await reply.json()]).toEqual([
    201,
    expect.objectContaining({ token: expect.any(String) }),
  ])
})

test('a token with a lifetime says when it ends', async () => {
  const { server, logIn, ask } = await started({ tokenLifetimeSeconds: 60 })
  const { token = '' } = (await logIn()).body
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  expect(claims.exp - claims.iat).toBe(60)
  expect((await ask(server.profileUrl, token)).status).toBe(200)
})

test('closed, it leaves neither a process nor a folder', async () => {
  const folders = ownFolder()
  const server = await verdaccioServer()
  expect(folders()).toHaveLength(1)
  await server.close()
  expect(() => process.kill(server.processId, 0)).toThrow('ESRCH')
  expect(folders()).toEqual([])
})
