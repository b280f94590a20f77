import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { naughty } from './console.suite.ts'
import { consoleBrowser } from './console-browser.suite.ts'
import { keyed } from './endpoints/rest.suite.ts'
import { type OwnSallyport, startWithoutKey, type TestBrowser } from './people.suite.ts'

const minute = 60_000

let provider: LoopbackProvider
let sallyport: OwnSallyport
let owner: TestBrowser
let account: string
let key: { readonly id: string; readonly key: string }
let chrome: Awaited<ReturnType<typeof consoleBrowser>>
let open: typeof chrome.open
let lookAt: typeof chrome.lookAt

async function make(path: string, body: unknown) {
  const reply = await owner.json('POST', path, body)
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}

const call = (path: string) =>
  owner.get(`/proxy/${account}${path}`, { authorization: `Bearer ${key.key}`, cookie: '' })

beforeAll(async () => {
  provider = await loopbackProvider()
  provider.script('POST /hook', { status: 204 })
  sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  owner = await sallyport.ownersBrowser()
  const test = { method: 'GET', path: '/me' }
  await make('/v1/integrations', { key: 'maps', ...keyed(provider.origin, { name: 'City maps', test }) })
  await make('/v1/integrations', { key: 'odd', ...keyed(provider.origin, { name: naughty }) })
  const secret = { token: 'key' }
  account = (await make('/v1/accounts', { integration: 'maps', name: 'Store finder', secret })).id
  await make('/v1/accounts', { integration: 'odd', name: naughty, secret, environment: 'qa' })
  const adapters = [{ name: 'maps', integration: 'maps' }]
  await make('/v1/apps', { key: 'shop', name: 'Shop', adapters })
  const binding = { environment: 'development', bindings: { maps: account } }
  expect((await owner.json('PUT', '/v1/apps/shop/profiles/dev', binding)).status).toBe(200)
  key = await make('/v1/keys', { name: 'Shop in DEV', scopes: ['proxy:call'], app: 'shop', profile: 'dev' })
  const roles = { key: 'night', name: naughty, base: 'developer', without: ['keys:write', 'proxy:call'] }
  await make('/v1/roles', roles)
  const change = { name: 'Night shift', without: ['keys:write', 'apps:write'] }
  expect((await owner.json('PATCH', '/v1/roles/night', change)).status).toBe(200)
  for (const [index, count] of [3, 5, 4, 6, 8, 5, 2, 4].entries()) {
    if (index === 3) provider.script('GET /keyed/me', { status: 503 }, { times: 2 })
    if (index === 5) provider.script('GET /keyed/me', { status: 404 }, { times: 1 })
    for (let each = 0; each < count; each += 1) await call(index % 2 ? '/me' : `/me?page=${each}`)
    sallyport.clock.advance(2 * minute)
    await sallyport.runDue()
  }
  chrome = await consoleBrowser(sallyport, ['events wide light', 'audit narrow dark'])
  ;({ open, lookAt } = chrome)
}, 60_000)
afterAll(async () => {
  await Promise.all([chrome?.close(), sallyport.close(), provider.close()])
})

/** As somebody does who can write to the database, by another process. */
async function tamper(statement: string): Promise<void> {
  const script = `
    import { DatabaseSync } from '@photostructure/sqlite'
    new DatabaseSync(process.argv[1], { timeout: 5000 }).exec(process.argv[2])`
  const database = join(sallyport.dataFolder, 'sallyport.db')
  await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, database, statement],
    {
      cwd: fileURLToPath(new URL('../../store', import.meta.url)),
    },
  )
}

test('events are narrowed down by what stands in their address, and each leads on to what it is about', async () => {
  const { page, complaints, go, heading } = await open()
  const rows = (count: number) =>
    expect.poll(() => page.locator('tbody tr').count(), { timeout: 10_000 }).toBe(count)
  await go('/events')
  await heading('Events')
  await page.getByText('39 events').first().waitFor()
  await page.getByRole('link', { name: naughty }).waitFor()
  await lookAt(page, 'events')
  await page.getByLabel('App', { exact: true }).selectOption('shop')
  await rows(37)
  await page.getByLabel('Status', { exact: true }).selectOption('5xx')
  await rows(2)
  expect(new URL(page.url()).search).toBe('?app=shop&status=5xx')
  await page.reload()
  await rows(2)
  await page.getByRole('link', { name: 'GET /me' }).first().click()
  await heading('GET /me')
  await page.getByRole('definition').filter({ hasText: key.id }).waitFor()
  await page.getByRole('definition').filter({ hasText: 'Store finder' }).waitFor()
  await lookAt(page, 'event')
  const request = await page.getByRole('definition').filter({ hasText: 'req_' }).locator('code').innerText()
  await page.getByRole('link', { name: 'all of it' }).click()
  await rows(1)
  expect(await page.getByLabel('Search').inputValue()).toBe(request)
  await page.getByLabel('Search').fill('req_0none')
  await page.keyboard.press('Enter')
  await page.getByText('No event matches.').waitFor()
  await page.goBack()
  await go('/events/evt_none')
  await page.getByText('There is no such event.').waitFor()
  expect(complaints).toEqual([])
})

test('the live tail has what happens meanwhile, moves nothing that is being read, and is no use of the session', async () => {
  const { page, complaints, go } = await open()
  const background: (string | undefined)[] = []
  page.on('request', (request) => {
    if (request.url().includes('/v1/events')) background.push(request.headers()['sallyport-background'])
  })
  await go('/events?type=call')
  await page.getByText('37 events').first().waitFor()
  await page.getByRole('switch', { name: 'Live' }).press('Space')
  await page.waitForURL(/live=true/)
  const first = page.locator('tbody tr').first()
  await call('/me?new=1')
  await page.clock.runFor(3100)
  await page.getByText('38 events').first().waitFor()
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
  const before = await first.innerText()
  for (const path of ['/me', '/missing']) await call(path)
  await page.clock.runFor(3100)
  await page.getByRole('button', { name: '2 new events' }).waitFor()
  expect(await first.innerText()).toBe(before)
  await page.getByRole('status').filter({ hasText: 'There are new events.' }).waitFor()
  await page.getByRole('button', { name: '2 new events' }).press('Enter')
  await first.filter({ hasText: '/missing' }).waitFor()
  expect(background[0]).toBeUndefined()
  expect(background.slice(-2)).toEqual(['1', '1'])
  await page.getByRole('switch', { name: 'Live' }).press('Space')
  const asked = background.length
  await page.clock.runFor(10_000)
  expect(background.length).toBeLessThanOrEqual(asked + 1)
  expect(complaints).toEqual([])
})

test('the audit tells who changed what, field by field, and says whether it is as it was written', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/audit')
  await heading('Audit')
  await page.getByRole('link', { name: 'Role updated' }).waitFor()
  await lookAt(page, 'audit')
  await page.getByLabel('Search').fill('night')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('tbody tr').count(), { timeout: 10_000 }).toBe(2)
  expect(new URL(page.url()).search).toBe('?target=night')
  await page.getByRole('link', { name: 'Role updated' }).click()
  await heading('Role updated: night')
  const changed = page.getByRole('row').filter({ hasText: '/without' })
  expect(await changed.locator('del').allInnerTexts()).toEqual(['proxy:call'])
  expect(await changed.locator('ins').allInnerTexts()).toEqual(['apps:write'])
  await page
    .getByRole('row')
    .filter({ hasText: '/name' })
    .locator('del')
    .filter({ hasText: naughty })
    .waitFor()
  await lookAt(page, 'entry')
  const id = page.url().split('/').at(-1)
  await go('/audit/chain')
  await heading('Verify and export')
  await press('Verify the chain')
  await page.getByText('The audit is as it was written.').waitFor()
  await lookAt(page, 'chain')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download as a table (CSV)' }).click(),
  ])
  expect(await text(download)).toMatch(/^"Place","Time"(.|\r\n)*"role.updated"/)
  await tamper(`update audit set target_name = 'day' where id = '${id}'`)
  await press('Verify the chain')
  await page.getByText('The audit is not as it was written.').waitFor()
  await page.getByText('An entry was changed').waitFor()
  expect(await page.getByRole('link', { name: 'Show the entry' }).getAttribute('href')).toContain(id)
  await tamper(`update audit set target_name = 'night' where id = '${id}'`)
  expect(complaints).toEqual([])
})

test('a webhook is made by keyboard alone, tested, and what was sent to it is sent again', async () => {
  const { page, complaints, go, heading, press, tabTo } = await open()
  await go('/webhooks')
  await heading('Webhooks')
  await page.getByText('There are no webhooks yet.').waitFor()
  await tabTo(/^New webhook$/)
  await page.keyboard.press('Enter')
  await heading('New webhook')
  await tabTo(/^Address/)
  await page.keyboard.type('nowhere')
  await page.keyboard.press('Enter')
  await page.locator('input[aria-invalid=true]').waitFor()
  await lookAt(page, 'webhook-new')
  await page.getByLabel('Address').fill(`${provider.origin}/hook`)
  await page.getByLabel('What it is for').fill(naughty)
  await tabTo(/^Make it$/)
  await page.keyboard.press('Enter')
  expect(await page.getByRole('region', { name: 'Signing secret' }).locator('code').innerText()).toMatch(
    /^whsec_/,
  )
  await page.getByRole('link', { name: 'Go to the webhook and test it' }).press('Enter')
  await heading('Webhook')
  await page.getByRole('heading', { name: naughty }).waitFor()
  await press('Send a test')
  await page.getByText('The test was taken: answered 204.').waitFor()
  expect(provider.received('POST /hook')).toHaveLength(1)
  await press('Send again')
  await page.getByText('It is sent again').waitFor()
  await sallyport.runDue()
  await page.clock.runFor(5100)
  await page.getByText('Taken').first().waitFor()
  const [first, second] = provider.received('POST /hook')
  expect(second?.body).toBe(first?.body)
  await lookAt(page, 'webhook')
  await press('New secret…')
  await press('Make it')
  await page.getByRole('region', { name: 'New signing secret' }).waitFor()
  await press('Disable')
  await page.getByText('Disabled', { exact: true }).waitFor()
  await press('Delete…')
  await press('Delete')
  await page.getByText('There are no webhooks yet.').waitFor()
  expect(await page.evaluate(() => document.querySelectorAll('img, iframe').length)).toBe(0)
  expect(complaints).toEqual([])
})

test('a page that is only followed comes to the end of its session, and goes to the log-in', async () => {
  const { page, go } = await open()
  await go('/events?live=true')
  await page.getByRole('link', { name: 'GET /me' }).first().waitFor()
  for (let passed = 0; passed < 40; passed += 10) {
    sallyport.clock.advance(10 * minute)
    await page.clock.runFor(3100)
  }
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  expect(decodeURIComponent(page.url())).toContain('/console/events?live=true')
})

async function text(download: { createReadStream(): Promise<AsyncIterable<Buffer>> }): Promise<string> {
  let all = ''
  for await (const chunk of await download.createReadStream()) all += chunk.toString()
  return all
}
