import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { basic } from './client.suite.ts'
import { startPractice } from './practice.ts'

const codeVerifier = 'v'.repeat(43)
const query = new URLSearchParams({
  response_type: 'code',
  client_id: 'practice',
  redirect_uri: 'http://127.0.0.1:3300/callback/int_1',
  scope: 'read "><script>alert(1)</script>',
  state: 's',
  code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  code_challenge_method: 'S256',
})

async function practice() {
  const server = await startPractice({ host: '127.0.0.1', port: 0 })
  onTestFinished(server.close)
  return server
}

test('the page says that it is a rehearsal, asks, and runs no script', async () => {
  const { origin } = await practice()
  const reply = await fetch(`${origin}/authorize?${query}`)
  const page = await reply.text()
  expect(page).toContain('This is a rehearsal')
  expect(page).toMatch(/<button[^>]*value="allow">Allow</)
  expect(page).toMatch(/<button[^>]*value="deny">Deny</)
  expect(page).not.toContain('<script')
  expect(reply.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
})

test('posting the form walks on to tokens of ten minutes', async () => {
  const { origin } = await practice()
  const body = new URLSearchParams({ decision: 'allow' })
  const answer = await fetch(`${origin}/authorize?${query}`, { method: 'POST', body, redirect: 'manual' })
  expect(answer.status).toBe(303)
  const callback = new URL(answer.headers.get('location') ?? '')
  expect(callback.searchParams.get('iss')).toBe(origin)

  const token = await fetch(`${origin}/token`, {
    method: 'POST',
    headers: basic('practice', 'practice-secret'),
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: query.get('redirect_uri') ?? '',
      code_verifier: codeVerifier,
    }),
  })
  expect(await token.json()).toMatchObject({ expires_in: 600, refresh_token: expect.any(String) })
})

test('deny sends access_denied back', async () => {
  const { origin } = await practice()
  const body = new URLSearchParams({ decision: 'deny' })
  const answer = await fetch(`${origin}/authorize?${query}`, { method: 'POST', body, redirect: 'manual' })
  const callback = new URL(answer.headers.get('location') ?? '')
  expect([callback.searchParams.get('error'), callback.searchParams.get('state')]).toEqual([
    'access_denied',
    's',
  ])
})

test('key and basic credentials are the published ones', async () => {
  const { origin } = await practice()
  const keyed = await fetch(`${origin}/keyed/me`, { headers: { 'x-api-key': 'practice-key' } })
  const named = await fetch(`${origin}/basic/me`, { headers: basic('practice', 'practice-password') })
  expect([keyed.status, named.status]).toEqual([200, 200])
})

test("a taken port rejects with the socket's own error", async () => {
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void squatter.close())
  const { port } = squatter.address() as AddressInfo
  await expect(startPractice({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
