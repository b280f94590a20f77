import { sink } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { atTheDoor, scene } from './authorization.suite.ts'

const returnUrl = 'https://app.example/done'

/** A scene whose provider revokes, a browser at the door, and a code whose redemption is held. */
async function redeeming(input: Readonly<Record<string, unknown>> = {}) {
  const made = await scene()
  const { provider, sallyport } = made
  const patched = await sallyport.request('PATCH', '/v1/integrations/loop', {
    auth: { revokeUrl: `${provider.origin}/revoke`, clientSecret: 'client-secret' },
  })
  expect(patched.status).toBe(200)
  await made.listReturnUrls(returnUrl)
  const door = await atTheDoor(made, input)
  const gate = provider.hold('POST /token', { moment: 'reply' })
  const callback = door.ann.get(door.callback)
  await gate.arrived
  return { ...made, ...door, gate, landed: callback }
}

const revoked = ({ provider }: Pick<Awaited<ReturnType<typeof redeeming>>, 'provider'>) =>
  provider.received('POST /revoke').map(({ form }) => form.get('token_type_hint'))

test('a code that is redeemed while its account is disconnected connects nothing, and is revoked', async () => {
  const made = await redeeming()
  expect((await made.sallyport.request('POST', `/v1/accounts/${made.id}/disconnect`)).status).toBe(201)
  made.gate.release()
  await made.landed
  expect(await made.read(made.id)).toMatchObject({ status: 'revoked', secretsSet: [] })
  expect(revoked(made)).toEqual(['refresh_token', 'access_token'])
})

test.each([
  ['at once', {}],
  ['once it is confirmed', { confirm: true, returnUrl }],
])('nor one whose account is deleted, that would connect %s', async (_, input) => {
  const made = await redeeming(input)
  expect((await made.sallyport.request('DELETE', `/v1/accounts/${made.id}`)).status).toBe(204)
  made.gate.release()
  const { status } = await made.landed
  expect([303, 400, 404]).toContain(status)
  expect(revoked(made)).toEqual(['refresh_token', 'access_token'])
})

test('nor one whose account is disconnected before it is confirmed', async () => {
  const made = await redeeming({ confirm: true, returnUrl })
  expect((await made.sallyport.request('POST', `/v1/accounts/${made.id}/disconnect`)).status).toBe(201)
  made.gate.release()
  await made.landed
  expect(await made.read(made.id)).toMatchObject({ status: 'revoked' })
  expect(revoked(made)).toEqual(['refresh_token', 'access_token'])
})

test('a browser that was sent out before its account was disconnected comes back to nothing', async () => {
  const made = await scene()
  const { id, ann, callback } = await atTheDoor(made)
  expect((await made.sallyport.request('POST', `/v1/accounts/${id}/disconnect`)).status).toBe(201)
  expect((await ann.get(callback)).status).toBe(400)
  expect(made.provider.received('POST /token')).toHaveLength(0)
  expect(await made.read(id)).toMatchObject({ status: 'revoked' })
})

test('a result that waits cannot be confirmed once its account is disconnected', async () => {
  const made = await scene()
  await made.listReturnUrls(returnUrl)
  const { id, ann, callback } = await atTheDoor(made, {
    confirm: true,
    returnUrl: 'https://app.example/done',
  })
  const result = new URL((await ann.get(callback)).location).searchParams.get('result')
  await made.sallyport.request('POST', `/v1/accounts/${id}/disconnect`)
  const confirmed = await made.sallyport.request('POST', `/v1/accounts/${id}/confirm`, { result })
  expect(confirmed.status).toBeGreaterThanOrEqual(400)
  expect(await made.read(id)).toMatchObject({ status: 'revoked', secretsSet: [] })
})

test('a token that was asked for by a definition does not reach the host that it names by then', async () => {
  const elsewhere = await sink()
  onTestFinished(elsewhere.close)
  const first = await scene()
  const { id, ann } = await atTheDoor(first)
  await ann.finish(await first.authorize(id))
  expect(await first.read(id)).toMatchObject({ status: 'connected' })
  const start = await ann.toCallback(await first.authorize(id))
  const gate = first.provider.hold('POST /token', { moment: 'reply' })
  const landed = ann.get(start)
  await gate.arrived
  const moved = await first.sallyport.request('PATCH', '/v1/integrations/loop?reconnect=true', {
    baseUrl: elsewhere.origin,
    auth: { clientSecret: 'client-secret' },
  })
  expect(moved.status).toBe(200)
  gate.release()
  await landed
  expect(await first.read(id)).toMatchObject({ status: 'needs_reconnect', secretsSet: [] })
  expect((await first.sallyport.request('GET', `/proxy/${id}/me`)).status).toBe(409)
  expect(elsewhere.received()).toEqual([])
})
