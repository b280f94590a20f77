import { Catalogue } from '@sallyport/catalog'
import { expect, onTestFinished, test } from 'vitest'
import { person } from '../authorization.suite.ts'
import { startSallyport } from '../sallyport.suite.ts'
import { emulated } from './emulate.ts'

test('what it prints is enough to connect and to call, and says of each request whether it was as declared', async () => {
  const lines: string[] = []
  const entry = await new Catalogue().entry('hubspot')
  if (!entry) throw new Error('There is no such entry.')
  const emulator = await emulated(entry, { port: 0, conduct: {} }, (more) => lines.push(...more))
  onTestFinished(() => emulator.close())
  const sallyport = await startSallyport()
  onTestFinished(() => sallyport.close())

  const printed = (call: string) => JSON.parse(lines[lines.indexOf(call) + 1] ?? '')
  expect((await sallyport.request('POST', '/v1/integrations', printed('POST /v1/integrations'))).status).toBe(
    201,
  )
  const { body: account } = await sallyport.request('POST', '/v1/accounts', printed('POST /v1/accounts'))
  const { body: asked } = await sallyport.request('POST', `/v1/accounts/${account.id}/authorize`, {})
  await person().finish(asked.authorizationUrl)
  const reply = await sallyport.request('GET', `/proxy/${account.id}/crm/v3/objects`)
  expect(reply.status).toBe(200)
  await fetch(`${emulator.origin}/hubspot/api.hubapi.com/crm/v3/objects`)

  expect(lines.filter((line) => /^(as declared|REFUSED)/.test(line))).toEqual([
    'as declared  authorize: GET /hubspot/app.hubspot.com/oauth/authorize → 303',
    'as declared  token: POST /hubspot/api.hubapi.com/oauth/v1/token → 200',
    'as declared  call: GET /hubspot/api.hubapi.com/crm/v3/objects → 200',
    'REFUSED  call: GET /hubspot/api.hubapi.com/crm/v3/objects → 401',
  ])
  expect(lines.at(-1)).toBe('    the header Authorization is missing, and carries the credential')
})
