import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { type ApacheDigestOptions, apacheDigest } from './apache-digest.ts'
import { digestAnswer } from './digest.suite.ts'
import { ownFolder } from './own-folder.suite.ts'

async function started(options: ApacheDigestOptions = {}) {
  const server = await apacheDigest(options)
  onTestFinished(server.close)
  const challenge = async () => {
    const reply = await fetch(server.filesUrl)
    await reply.text()
    expect(reply.status).toBe(401)
    return reply.headers.get('www-authenticate') ?? ''
  }
  const ask = async (
    url: string,
    challenged: string,
    changes: Partial<Parameters<typeof digestAnswer>[1]> & { body?: string } = {},
  ) => {
    const { body, ...rest } = changes
    const method = rest.method ?? 'GET'
    const { pathname: uri } = new URL(url)
    const { username, password } = server
    const authorization = digestAnswer(challenged, { method, uri, username, password, ...rest })
    const reply = await fetch(url, { method, headers: { authorization }, ...(body ? { body } : {}) })
    return { status: reply.status, text: await reply.text(), headers: reply.headers }
  }
  return { server, challenge, ask }
}

test('Apache challenges with MD5 and qop auth, and lets the right answer in', async () => {
  const { server, challenge, ask } = await started({ files: { 'a.txt': 'the file' } })
  const challenged = await challenge()
  expect(challenged).toMatch(/^Digest realm="the files", nonce="[^"]+", algorithm=MD5, qop="auth"$/)

  const reply = await ask(`${server.filesUrl}a.txt`, challenged)
  expect(reply).toMatchObject({ status: 200, text: 'the file' })
  expect(reply.headers.get('authentication-info')).toContain('rspauth=')
  expect((await ask(server.echoUrl, challenged, { method: 'POST', body: 'sent', count: 2 })).text).toBe(
    'POST\nsent',
  )
  expect(server.received('GET /files/a.txt')).toHaveLength(1)
  expect(server.received('POST /echo')[0]).toMatchObject({ body: 'sent', complete: true })
})

test('a wrong password, another method and another path are refused', async () => {
  const { server, challenge, ask } = await started()
  const challenged = await challenge()
  const file = `${server.filesUrl}hello.txt`
  expect((await ask(file, challenged, { password: 'wrong' })).status).toBe(401)
  expect((await ask(file, challenged, { uri: '/files/other.txt' })).status).toBe(400)
  const authorization = digestAnswer(challenged, { ...server, method: 'GET', uri: '/echo' })
  const reply = await fetch(server.echoUrl, { method: 'POST', headers: { authorization } })
  expect([reply.status, await reply.text()]).toEqual([401, expect.not.stringContaining('POST')])
})

test('a nonce that is good for one request is called stale at the second', async () => {
  const { server, challenge, ask } = await started({ nonceLifetimeSeconds: 0 })
  const challenged = await challenge()
  const first = await ask(server.echoUrl, challenged)
  expect(first.status).toBe(200)
  expect(first.headers.get('authentication-info')).toContain('nextnonce=')
  const second = await ask(server.echoUrl, challenged, { count: 2 })
  expect(second.status).toBe(401)
  expect(second.headers.get('www-authenticate')).toContain('stale=true')
})

test('closed, it leaves neither a process nor a folder', async () => {
  const folders = ownFolder()
  const server = await apacheDigest()
  expect(folders()).toHaveLength(1)
  await server.close()
  expect(() => process.kill(server.processId, 0)).toThrow('ESRCH')
  expect(folders()).toEqual([])
})

test('a start that fails leaves no folder, and says what Apache said', async () => {
  const folders = ownFolder()
  await expect(apacheDigest({ realm: 'a"b c' })).rejects.toThrow(/ended before it served[\s\S]*AuthName/)
  expect(folders()).toEqual([])
})
