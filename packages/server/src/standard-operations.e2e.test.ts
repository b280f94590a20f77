import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonValue, ProviderEntry, StandardOperation, StandardOperations } from '@sallyport/contract'
import { type Sshd, type SshKey, sshKey, startSshd } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  airtableTables,
  emptyPicklist,
  salesforceAccount,
  zendeskTicketFields,
} from './described-fields.suite.ts'
import { type Json, newKey, rest } from './endpoints/rest.suite.ts'
import { expected, RecordedApi } from './recorded-api.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { standardAccounts as accounts } from './standard-accounts.suite.ts'

const catalogue = new URL('../../catalog/', import.meta.url)
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, catalogue), 'utf8'))
const families = readdirSync(new URL('operations', catalogue))
  .sort()
  .map((file) => read(`operations/${file}`) as StandardOperations)

const api = new RecordedApi()
const accountIds = new Map<string, string>()
let sallyport: TestSallyport
let sshd: Sshd
let userKey: SshKey

beforeAll(async () => {
  const [hostKey, loginKey] = await Promise.all([sshKey(), sshKey(), api.listen()])
  userKey = loginKey
  sshd = await startSshd({ hostKeys: [hostKey], authorized: [userKey] })
  sallyport = await startSallyport()
  await Promise.all(families.filter(({ family }) => family !== 'sftp').map(takeOver))
})
afterAll(async () => {
  await sallyport.close()
  await sshd.stop()
  api.close()
})

const post = (path: string, body?: unknown) => sallyport.request('POST', path, body)

async function takeOver({ family, operations }: StandardOperations): Promise<void> {
  const { entry = '', parameters, secret = {} } = accounts[family] ?? {}
  const integration = await integrationOf(entry)
  const account = await rest(sallyport).account(integration, { parameters, secret })
  accountIds.set(family, account.id)
  const { body, status, text } = await post(`/v1/providers/${entry}/operations`, { integration })
  expect([status, body.skipped], text).toEqual([201, []])
  for (const operation of operations) await moveHere(family, operation)
}

/** An integration from an entry, whose calls go to the recorded API unless it is to be as the entry says. */
async function integrationOf(entry: string, address: Json = { baseUrl: api.origin }): Promise<string> {
  const { definition } = read(`providers/${entry}.json`) as ProviderEntry
  const client = definition.auth.type === 'oauth2' && { auth: { clientId: 'id', clientSecret: 'secret' } }
  const hosts = definition.hosts && { hosts: [...definition.hosts, '127.0.0.1'] }
  const made = await post('/v1/integrations', {
    ...{ key: newKey(), provider: entry, test: null, ...address },
    ...client,
    ...hosts,
  })
  expect(made.status, made.text).toBe(201)
  return made.body.key
}

/** Steps that name a host of their own go to the recorded API as well. */
async function moveHere(family: string, operation: StandardOperation): Promise<void> {
  const hosts = new Set(operation.example.exchanges.flatMap(({ host }) => (host ? [host] : [])))
  if (hosts.size === 0) return
  const steps = JSON.parse(api.moved(JSON.stringify(operation.steps), hosts))
  const reply = await sallyport.request('PATCH', `/v1/operations/${keyOf(family, operation)}`, { steps })
  expect(reply.status, reply.text).toBe(200)
}

function keyOf(family: string, { id }: Pick<StandardOperation, 'id'>): string {
  const words = [...family.split('-'), id]
  return words
    .map((word, index) => (index === 0 ? word : word.replace(/^./, (a) => a.toUpperCase())))
    .join('')
}

const run = (family: string, operation: Pick<StandardOperation, 'id'>, input: unknown) =>
  post(`/v1/operations/${keyOf(family, operation)}/run`, { input, account: accountIds.get(family) })

describe.each(families.filter(({ family }) => family !== 'sftp'))('$name', ({ family, operations }) => {
  test.each(operations)(
    '$id sends exactly what its example says, and puts out what came',
    async (operation) => {
      const { input, exchanges, output } = operation.example
      api.play(exchanges)
      const reply = await run(family, operation, input)
      expect(reply.status, reply.text).toBe(201)
      expect(api.received.map(({ headers, ...request }) => request)).toEqual(exchanges.map(expected))
      for (const [index, { headers = {} }] of exchanges.entries()) {
        const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
        const sent = { ...accounts[family]?.sent, ...Object.fromEntries(named) }
        expect(api.received[index]?.headers).toMatchObject(sent)
      }
      if (output !== undefined) expect(reply.body.output).toEqual(output)
    },
  )

  test('without what they need, they send nothing', async () => {
    api.play([])
    const needy = operations.filter(({ input }) => Array.isArray(input?.required))
    const replies = await Promise.all(needy.map((operation) => run(family, operation, {})))
    for (const [index, { status, body }] of replies.entries()) {
      expect([needy[index]?.id, status, body.code]).toEqual([needy[index]?.id, 422, 'input_invalid'])
    }
    expect(needy.length).toBeGreaterThan(0)
    expect(api.received).toEqual([])
  })
})

/** What tells whether a value is what the API described as an operation’s input. */
async function described(family: string, id: string, input: Json, reply: JsonValue) {
  api.play([{ method: 'GET', path: '/', reply: { body: reply } }])
  const path = `/v1/operations/${keyOf(family, { id })}/input`
  const { body, status, text } = await post(path, { input, account: accountIds.get(family) })
  expect(status, text).toBe(201)
  const key = newKey()
  const check = { name: 'check', kind: 'validate', from: '{input.value}', onFault: 'return' }
  const steps = [{ ...check, schema: body.schema }]
  const made = await post('/v1/operations', { key, name: 'Check', steps })
  expect(made.status, made.text).toBe(201)
  return async (value: Json): Promise<boolean> => {
    const run = await post(`/v1/operations/${key}/run`, { input: { value } })
    expect(run.status, run.text).toBe(201)
    return run.body.output.valid
  }
}

describe('inputs that an API describes', () => {
  test('Salesforce: what must be given, what may be, and the choices of picklists come from the org', async () => {
    const account = { object: 'Account' }
    const create = await described('salesforce', 'createRecord', account, salesforceAccount)
    expect(api.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /services/data/v60.0/sobjects/Account/describe',
    ])
    const asked = (fields: Json) => create({ ...account, fields })
    expect(await asked({ Name: 'Example' })).toBe(true)
    expect(await asked({ Name: 'Example', Tier__c: 'Gold', Rating: 'Tepid', Employees: 7 })).toBe(true)
    expect(await asked({})).toBe(false)
    expect(await asked({ Name: 'Example', Tier__c: 'Tin' })).toBe(false)
    expect(await asked({ Name: 'Example', Employees: 'seven' })).toBe(false)
    expect(await asked({ Name: 'Example', CreatedDate: '2026-01-01T00:00:00Z' })).toBe(false)
    expect(await create({ object: 'Contact', fields: { Name: 'Example' } })).toBe(false)

    const update = await described('salesforce', 'updateRecord', account, salesforceAccount)
    const id = '001000000000001AAA'
    expect(await update({ ...account, id, fields: { Tier__c: null } })).toBe(true)
    expect(await update({ ...account, id, fields: { Name: null } })).toBe(false)
    expect(await update({ ...account, id, fields: { Tier__c: 'Tin' } })).toBe(false)

    const find = await described('salesforce', 'findRecords', account, salesforceAccount)
    expect(await find({ ...account, fields: ['Id'], where: { Tier__c: ['Gold', 'Silver'] } })).toBe(true)
    expect(await find({ ...account, fields: ['Nothing__c'] })).toBe(false)
    expect(await find({ ...account, fields: ['Id'], where: { Description: 'x' } })).toBe(false)
  })

  test('Salesforce: a name of a field or object that is more than a name gets nowhere', async () => {
    api.play([])
    const whole = { object: 'Account', fields: ['Id'], where: { Name: 'x' }, orderBy: 'Name' }
    const more = "Name = 'x' OR Name"
    for (const change of [
      { object: more },
      { fields: [more] },
      { where: { [more]: 'x' } },
      { orderBy: more },
    ]) {
      const reply = await run('salesforce', { id: 'findRecords' }, { ...whole, ...change })
      expect([reply.status, reply.body.code]).toEqual([422, 'input_invalid'])
    }
    expect(api.received).toEqual([])
  })

  test('Zendesk: further fields of tickets have their choices', async () => {
    const create = await described('zendesk', 'createTicket', {}, zendeskTicketFields)
    expect(api.received[0]?.path).toBe('/api/v2/ticket_fields.json')
    const asked = (ticket: Json) => create({ ticket })
    expect(await asked({ priority: 'high', custom_fields: [{ id: 7, value: 'red' }] })).toBe(true)
    expect(await asked({ priority: 'urgent' })).toBe(false)
    expect(await asked({ custom_fields: [{ id: 7, value: 'green' }] })).toBe(false)
    expect(await asked({ custom_fields: [{ id: 8, value: true }] })).toBe(true)
    expect(await asked({ custom_fields: [{ id: 9, value: 'x' }] })).toBe(false)
  })

  test('Airtable: each table has its fields', async () => {
    const create = await described('airtable', 'createRecords', { baseId: 'app1' }, airtableTables)
    expect(api.received[0]?.path).toBe('/v0/meta/bases/app1/tables')
    const asked = (table: string, fields: Json) => create({ baseId: 'app1', table, records: [{ fields }] })
    expect(await asked('Tasks', { Name: 'Call', State: ['Open'], Hours: 2 })).toBe(true)
    expect(await asked('tbl1', { Hours: 'two' })).toBe(false)
    expect(await asked('People', { Hours: 'two' })).toBe(true)
    expect(await asked('Nobody', {})).toBe(false)
  })
})

test.each(['google', 'twilio'])('%s: operations reach the hosts of all its APIs', async (family) => {
  const { entry = '', parameters, secret } = accounts[family] ?? {}
  const integration = await integrationOf(entry, {})
  const account = await rest(sallyport).account(integration, { parameters, secret })
  const known = families.find((each) => each.family === family)?.operations ?? []
  const hosts = known.flatMap(({ id, example: { input, exchanges } }) =>
    exchanges.slice(0, 1).flatMap(({ host }) => (host === undefined ? [] : [{ id, input, host }])),
  )
  expect(new Set(hosts.map(({ host }) => host)).size).toBeGreaterThan(0)
  for (const { id, input, host } of hosts) {
    const key = newKey()
    expect((await post('/v1/operations', { key, provider: entry, operation: id })).status).toBe(201)
    const { body } = await post(`/v1/operations/${key}/run`, { input, account: account.id, dryRun: true })
    expect([id, body.request?.url], JSON.stringify(body)).toEqual([
      id,
      expect.stringContaining(`https://${host}/`),
    ])
  }
})

test('what an API describes may be empty', async () => {
  const nothing = { name: 'Account', label: 'Account', fields: [emptyPicklist] }
  const create = await described('salesforce', 'createRecord', { object: 'Account' }, nothing)
  expect(await create({ object: 'Account', fields: { Rating: 'Hot' } })).toBe(true)
  const ticket = await described('zendesk', 'createTicket', {}, { ticket_fields: [] })
  expect(await ticket({ ticket: { custom_fields: [] } })).toBe(true)
  const select = { name: 'State', type: 'singleSelect', options: { choices: [] } }
  for (const tables of [[], [{ id: 'tbl1', name: 'Tasks', fields: [select] }]]) {
    const records = await described('airtable', 'createRecords', { baseId: 'app1' }, { tables })
    const given = { baseId: 'app1', table: 'Tasks', records: [{ fields: { State: 'Open' } }] }
    expect(await records(given)).toBe(true)
  }
})

describe('SFTP', () => {
  test('files are listed, downloaded, uploaded and deleted at a real server', async () => {
    const integration = await post('/v1/integrations', {
      ...{ key: newKey(), provider: 'sftp', hosts: ['127.0.0.1'] },
    })
    expect(integration.status, integration.text).toBe(201)
    const account = await rest(sallyport).account(integration.body.key, {
      parameters: { host: '127.0.0.1', port: String(sshd.port) },
      secret: { username: sshd.username, privateKey: userKey.privateKey },
    })
    const { hostKey } = (await post(`/v1/accounts/${account.id}/test`, {})).body
    await post(`/v1/accounts/${account.id}/test`, { acceptHostKey: hostKey })
    accountIds.set('sftp', account.id)
    expect((await post('/v1/providers/sftp/operations', {})).body.skipped).toEqual([])

    const at = (name: string) => join(sshd.files, name)
    const done = async (id: string, input: Json) => {
      const reply = await run('sftp', { id }, input)
      expect(reply.status, reply.text).toBe(201)
      return reply.body.output
    }
    await done('uploadText', { path: '/reports/june 100%.csv', content: 'a,b\n' })
    await done('uploadFile', { path: '/reports/june.zip', content: 'UEsFBgAA' })
    expect(readFileSync(at('reports/june 100%.csv'), 'utf8')).toBe('a,b\n')
    expect(readFileSync(at('reports/june.zip')).toString('base64')).toBe('UEsFBgAA')
    writeFileSync(at('reports/may.csv'), 'grüße')
    expect(await done('downloadText', { path: '/reports/may.csv' })).toBe('grüße')
    expect(await done('downloadFile', { path: '/reports/june.zip' })).toBe('UEsFBgAA')
    await done('deleteFile', { path: '/reports/june.zip' })
    const { items } = await done('listFolder', { path: '/reports' })
    expect(items.map(({ name }: Json) => name).sort()).toEqual(['june 100%.csv', 'may.csv'])
    const outside = await run('sftp', { id: 'downloadText' }, { path: '/../secret' })
    expect([outside.status, outside.body.code]).toEqual([400, 'path_refused'])
  })
})
