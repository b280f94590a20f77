import { canary, faults, type Script } from '@sallyport/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Canaries, quoted, startCanaries } from './canary.suite.ts'

let world: Canaries
// Every call has a line in the log, and the log says all that it can.
beforeAll(async () => {
  world = await startCanaries({ SALLYPORT_LOG_CALLS: '1' })
})
afterAll(() => world.close())
afterEach(() => expect(world.leaks()).toEqual([]))

/** How APIs answer that quote all that they were sent, credential included. */
const answers: readonly Script[] = [
  (request) => ({ status: 200, body: `${quoted(request)} ${request.path}` }),
  (request) => ({ status: 401, headers: { 'WWW-Authenticate': `Bearer error="${request.query}"` } }),
  (request) => faults.redirect(`https://elsewhere.example/?${request.query}`),
  faults.reset(),
]

test('what is recorded of calls holds no credential, query, header, body or secret part of an address', async () => {
  const { origin } = world.provider
  const secretPath = {
    baseUrl: `${origin}/open/{tenant}`,
    parameters: [{ name: 'tenant', secret: true, required: true }],
    auth: { type: 'api_token' },
    placement: { in: 'query', name: 'api_key', template: '{token}' },
  }
  const account = await world.account(await world.integration(secretPath), {
    secret: { token: world.apiToken },
    parameters: { tenant: world.parameter },
  })
  for (const script of answers) {
    const stop = world.provider.script('ANY /open/*', script)
    const path = `/proxy/${account}/users/${canary('path')}?q=${canary('query')}`
    const headers = {
      'X-Some': canary('header'),
      Cookie: `a=${canary('cookie')}`,
      traceparent: canary('traceparent'),
    }
    await world.ask('POST', path, { field: canary('body') }, { headers, handsOut: true })
    const target = {
      'Sallyport-Target': `${origin}/open/${canary('target path')}?q=${canary('target query')}`,
    }
    await world.ask('GET', `/proxy/${account}`, undefined, { headers: target, handsOut: true })
    stop()
  }
  await world.ask('GET', `/proxy/${account}/%2e%2e/${canary('refused path')}`)
  await world.ask('GET', `/proxy/${canary('account')}/x?q=${canary('query')}`)
  await world.ask('GET', `/proxy/${account}/x`, undefined, { key: canary('wrong key') })

  const events = await world.ask('GET', '/v1/events?type=call')
  expect(events.body.items).toHaveLength(2 * answers.length + 2)
  expect(events.text).toContain('"path":"/users/{id}"')
  await world.ask('GET', '/metrics')
  const lines = world.sallyport.logged().split('\n')
  const ofCalls = lines.flatMap((line) => (line.includes('"msg":"call"') ? [JSON.parse(line)] : []))
  expect(ofCalls).toHaveLength(2 * answers.length + 3)
  expect(ofCalls[0]).toMatchObject({ method: 'POST', path: '/users/{id}', status: 200, account })
  expect(lines.filter((line) => line.includes('upstream_unreachable'))[0]).toContain('"path":"/users/{id}"')
})

test('nor do the files of the database', async () => {
  expect(await world.leaksInFiles()).toEqual([])
})
