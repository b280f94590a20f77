import { loopbackProvider } from '@sallyport/testkit'
import { expect } from 'vitest'
import { naughty } from './console.suite.ts'
import { keyed } from './endpoints/rest.suite.ts'
import { startWithoutKey } from './people.suite.ts'

/** A Sallyport with an app that is in use, accounts for another one, and names that would run as markup. */
export async function appsScene() {
  const provider = await loopbackProvider()
  const sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  const owner = await sallyport.ownersBrowser()
  const send = async (method: string, path: string, body: unknown) => {
    const reply = await owner.json(method, path, body)
    expect([200, 201], reply.text).toContain(reply.status)
    return reply.body
  }
  const test = { method: 'GET', path: '/me' }
  const { origin } = provider
  for (const [key, name] of [
    ...[['crm', 'Customers'] as const, ['mail', 'Mail'] as const, ['naughty', naughty] as const],
  ]) {
    await send('POST', '/v1/integrations', { key, ...keyed(origin, { name, test }) })
  }
  const account = async (integration: string, name: string, environment: string, token = 'key') =>
    (await send('POST', '/v1/accounts', { integration, name, environment, secret: { token } })).id as string
  const ids = {
    sample: await account('crm', 'Sample customers', 'development'),
    rehearsal: await account('crm', 'Rehearsal', 'qa'),
    real: await account('crm', 'All customers', 'production'),
    outbox: await account('mail', 'Outbox that sends nothing', 'development'),
    rejected: await account('mail', 'Marketing', 'qa', 'wrong'),
    odd: await account('naughty', naughty, 'development'),
  }
  for (let count = 1; count <= 13; count += 1) await account('crm', `Tenant ${count}`, 'development')
  await send('POST', '/v1/apps', {
    ...{ key: 'billing', name: 'Billing' },
    adapters: [
      { name: 'customers', integration: 'crm', description: 'Whom invoices go to' },
      { name: 'mail', integration: 'mail', description: 'Sends the invoices' },
    ],
  })
  const bind = (profile: string, environment: string, bindings: object, settings: object) =>
    send('PUT', `/v1/apps/billing/profiles/${profile}`, { environment, bindings, settings })
  await bind('dev', 'development', { customers: ids.sample, mail: ids.outbox }, { region: 'eu', size: '2' })
  await bind('qa', 'qa', { customers: ids.rehearsal, mail: ids.rejected }, { region: 'us' })
  await bind('prod', 'production', { customers: ids.real }, { region: 'us' })
  await send('POST', '/v1/keys', {
    ...{ name: 'Billing in production', scopes: ['proxy:call'], app: 'billing', profile: 'prod' },
  })
  const robot = await send('POST', '/v1/keys', {
    ...{ name: 'Robot', scopes: ['proxy:call', 'apps:read'], app: 'billing', profile: 'dev' },
  })
  await send('POST', '/v1/apps', {
    ...{
      key: 'odd',
      name: naughty,
      adapters: [{ name: 'constructor', integration: 'naughty', description: naughty }],
    },
  })
  await send('PUT', '/v1/apps/odd/profiles/dev', {
    ...{ environment: 'development', bindings: { constructor: ids.odd }, settings: { constructor: naughty } },
  })
  return {
    ...{ sallyport, provider, owner, ids, robot: robot.key as string },
    /** A call to its adapter by a key, and its status. */
    async call(key: string, adapter = 'crm') {
      const headers = { authorization: `Bearer ${key}`, cookie: '' }
      return (await owner.get(`/proxy/${adapter}/me`, headers)).status
    },
    async close() {
      await Promise.all([sallyport.close(), provider.close()])
    },
  }
}
