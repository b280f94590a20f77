import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { naughty } from './console.suite.ts'
import { type BrowserPage, consoleBrowser } from './console-browser.suite.ts'
import { keyed } from './endpoints/rest.suite.ts'
import { startWithoutKey, type TestBrowser } from './people.suite.ts'

let sallyport: Awaited<ReturnType<typeof startWithoutKey>>
let provider: LoopbackProvider
let owner: TestBrowser
let chrome: Awaited<ReturnType<typeof consoleBrowser>>
let open: typeof chrome.open
let lookAt: typeof chrome.lookAt
let account: string

const people = [
  { id: 1, name: 'Ada', city: 'London' },
  { id: 2, name: 'Grace', city: 'New York' },
]
const reply = (body: unknown) => ({
  headers: { 'content-type': 'application/json', 'x-note': naughty },
  body: JSON.stringify(body),
})

beforeAll(async () => {
  ;[provider, sallyport] = await Promise.all([
    loopbackProvider(),
    startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' }),
  ])
  owner = await sallyport.ownersBrowser()
  await make('/v1/integrations', { key: 'crm', name: 'Customers', ...keyed(provider.origin) })
  const secret = { token: 'key' }
  account = (await make('/v1/accounts', { integration: 'crm', name: 'Sales', secret })).id
  await make('/v1/accounts', { integration: 'crm', name: naughty, secret })
  await make('/v1/apps', { key: 'shop', name: 'Shop', adapters: [{ name: 'people', integration: 'crm' }] })
  await owner.json('PUT', '/v1/apps/shop/profiles/dev', {
    environment: 'development',
    bindings: { people: account },
  })
  provider.script('GET /keyed/people', ({ query }) =>
    reply({ people: query.includes('page=2') ? [] : people, note: naughty }),
  )
  provider.script('GET /keyed/nobody', { ...reply({ sorry: naughty }), status: 404 })
  provider.script('GET /keyed/large', reply('x'.repeat(150_000)))
  chrome = await consoleBrowser(sallyport, ['operation-builder wide light', 'operation-run wide dark'])
  ;({ open, lookAt } = chrome)
})
afterAll(async () => {
  await Promise.all([chrome.close(), sallyport.close(), provider.close()])
})

async function make(path: string, body: unknown) {
  const made = await owner.json('POST', path, body)
  expect(made.status, made.text).toBe(201)
  return made.body
}

const field = (page: BrowserPage, name: string) => page.getByRole('textbox', { name, exact: true })
const region = (page: BrowserPage, name: string) => page.getByRole('region', { name, exact: true })
const tab = (page: BrowserPage, name: string) => page.getByRole('tab', { name, exact: true }).click()

test('a request is composed, run and looked at from all sides, and becomes an operation once its faults are mended', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/operations')
  await page.getByText('There are no operations yet.').waitFor()
  await page.getByRole('link', { name: 'New operation' }).click()
  await heading('New operation')
  await page.getByLabel('Integration').first().selectOption('crm')
  await page.getByLabel('Account', { exact: true }).selectOption(account)
  await field(page, 'Path').fill('/people')
  await press('Add query')
  await field(page, 'Query 1, name').fill('city')
  await field(page, 'Query 1, value').fill('London & more')
  await press('Run')
  await page.getByRole('status').filter({ hasText: '200' }).waitFor()
  await region(page, 'Body')
    .filter({ hasText: '"name": "Ada"' })
    .filter({ hasText: JSON.stringify(naughty) })
    .waitFor()
  await lookAt(page, 'operation-builder')
  await tab(page, 'Headers')
  await page.getByRole('definition').filter({ hasText: naughty }).waitFor()
  await tab(page, 'Sent')
  const sent = await region(page, 'Sent').innerText()
  expect(sent).toContain(`GET ${provider.origin}/keyed/people?city=London%20%26%20more`)
  expect(sent.toLowerCase()).toContain('x-api-key: ***')
  await tab(page, 'cURL')
  await chrome.loggedIn.grantPermissions(['clipboard-read', 'clipboard-write'])
  await press('Copy as cURL through Sallyport')
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^curl .*\/proxy\/acc_\w+\/people\?city=London%20%26%20more[\s\S]*"\$SALLYPORT_KEY"/,
  )
  await tab(page, 'Trace')
  await page.getByRole('row', { name: /GET 127\.0\.0\.1:\d+\/people 200/ }).waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await field(page, 'Name').last().and(page.locator('[aria-invalid=true]')).waitFor()
  await field(page, 'Key').and(page.locator('[aria-invalid=true]')).waitFor()
  await press('Add input')
  await page.getByRole('listitem', { name: 'Input 1' }).getByRole('textbox', { name: 'Name' }).fill('city')
  await page.getByLabel('Required').check()
  await field(page, 'Query 1, value').fill('{input.city}')
  await field(page, 'Name').last().fill('Find people')
  await field(page, 'Key').fill('findPeople')
  await press('Save')
  await heading('Find people')
  expect((await owner.get('/v1/operations/findPeople')).body).toMatchObject({
    ...{ integration: 'crm', input: { required: ['city'] } },
    steps: [{ method: 'GET', path: '/people', query: { city: '{input.city}' } }],
  })
  expect(complaints).toEqual([])
})

test('a saved operation is run by a form of its inputs: by what a profile binds, with a fault beside its field, and a picture of what took how long', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/operations?q=people')
  await lookAt(page, 'operations')
  await page.getByRole('link', { name: 'Find people' }).click()
  await heading('Find people')
  await page.getByLabel('As', { exact: true }).selectOption('app')
  await page.getByLabel('App', { exact: true }).selectOption('shop')
  await page.getByLabel('Profile').selectOption('dev')
  await page.getByLabel('Adapter').selectOption('people')
  await press('Run')
  await field(page, 'city').and(page.locator('[aria-invalid=true]')).waitFor()
  await page.getByRole('alert').filter({ hasText: 'Your move.' }).waitFor()
  await field(page, 'city').fill('Paris')
  await press('Run')
  await page.getByRole('status').filter({ hasText: '200' }).waitFor()
  expect(provider.received('GET /keyed/people').at(-1)?.query).toBe('city=Paris')
  await tab(page, 'Trace')
  await page.getByRole('row', { name: /^request http Done/ }).waitFor()
  await lookAt(page, 'operation-run')
  await press('Show the request only')
  await region(page, 'Sent').filter({ hasText: '?city=Paris' }).waitFor()
  expect(complaints).toEqual([])
})

test('steps are added, previewed and moved by keyboard alone, and each fault stands at its step', async () => {
  const { page, complaints, go, heading, press, tabTo } = await open()
  await go(`/operations/findPeople/edit`)
  await heading('Edit Find people')
  await page.getByLabel('Account', { exact: true }).selectOption(account)
  await field(page, 'city').fill('Rome')
  await page.getByLabel('Kind of step to add to steps').focus()
  await page.keyboard.type('Trans')
  await tabTo(/^Add step$/)
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('value'))).toBe('transform')
  await page.keyboard.type('d')
  await tabTo(/^Expression/)
  await page.keyboard.type('steps.request.body.people.name')
  await tabTo(/^Run up to here, transformd/)
  await page.keyboard.press('Enter')
  await region(page, 'What transformd sees')
    .filter({ hasText: '"city": "Rome"' })
    .filter({ hasText: '"city": "London"' })
    .waitFor()
  await region(page, 'What transformd puts out').filter({ hasText: '"Grace"' }).waitFor()
  await lookAt(page, 'operation-steps')
  await page.getByRole('button', { name: 'Move transformd up' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('transformd is now step 1 of 2.').waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'Move transformd down',
  )
  await page.keyboard.press('Enter')
  await page.getByText('transformd is now step 2 of 2.').waitFor()
  const second = page.getByRole('listitem', { name: /^Step 2/ })
  await second.getByRole('textbox', { name: 'Name' }).fill('request')
  await press('Save')
  await second.getByText('Another step has this name.').waitFor()
  await second.getByRole('textbox', { name: 'Name' }).fill('names')
  const path = region(page, 'Steps').getByRole('textbox', { name: 'Path', exact: true })
  await path.fill('/nobody')
  await press('Run')
  await page
    .getByRole('listitem', { name: /^Step 1/ })
    .getByText('Failed in the run:')
    .waitFor()
  await region(page, 'Reply')
    .filter({ hasText: JSON.stringify(naughty) })
    .waitFor()
  await path.fill('/people')
  await press('Save')
  await heading('Find people')
  expect(
    (await owner.get('/v1/operations/findPeople')).body.steps.map(({ name }: { name: string }) => name),
  ).toEqual(['request', 'names'])
  expect(complaints).toEqual([])
})

test('pages say how the list ended, what is large says what is left out, and no JSON goes out that is none', async () => {
  const { page, complaints, go, press } = await open()
  await go(`/operations/new?account=${account}`)
  await field(page, 'Path').fill('/people')
  await page
    .getByRole('listitem', { name: /^Step 1/ })
    .getByText('More', { exact: true })
    .click()
  await page.getByLabel('Pages', { exact: true }).selectOption('page')
  await field(page, 'Parameter').fill('page')
  await field(page, 'Where a page holds its items').fill('/people')
  await press('Run')
  await page.getByText('2 items of 2 pages, to the end of the list.').waitFor()
  await page.getByLabel('Pages', { exact: true }).selectOption('')
  await field(page, 'Path').fill('/large')
  await press('Run')
  await page.getByText('The first 100,000 characters; 50,000 more are not shown.').waitFor()
  await page.getByRole('combobox', { name: 'Body', exact: true }).first().selectOption('json')
  await field(page, 'JSON body').fill('{"a": ')
  const before = provider.received().length
  await press('Run')
  await field(page, 'JSON body').and(page.locator('[aria-invalid=true]')).waitFor()
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA')
  expect(provider.received().length).toBe(before)
  expect(complaints).toEqual([])
})

test('an OpenAPI document is looked at, then imported with progress, and what it cannot bring is named; the catalogue offers its own', async () => {
  await make('/v1/integrations', {
    key: 'drive',
    name: 'Drive',
    provider: 'google',
    auth: { clientId: 'client', clientSecret: 'client-secret' },
  })
  const { page, complaints, go, heading, press } = await open()
  await go('/operations/import')
  await heading('Import operations')
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    new MutationObserver(() => {
      const bar = document.querySelector('progress')
      if (bar) seen.push(bar.hasAttribute('max') ? `${bar.value} of ${bar.max}` : 'begun')
    }).observe(document.body, { subtree: true, childList: true, attributes: true })
  })
  await field(page, 'Or the text of the document').fill('{"openapi": "9"}')
  await press('Import')
  await page.getByRole('alert').filter({ hasText: 'Your move.' }).waitFor()
  await field(page, 'Or the text of the document').fill(JSON.stringify(thingsDocument()))
  await press('Show what would be made')
  await page.getByText('No integration was named, so nothing is made').waitFor()
  expect((await owner.get('/v1/operations?integration=things')).body.items).toEqual([])
  await field(page, 'Key of the integration').fill('things')
  await press('Import')
  await page.getByText('Imported: 45 of 45 operations').waitFor()
  await page.getByText('The integration things is made from the document.').waitFor()
  await page.getByRole('listitem').filter({ hasText: naughty }).first().waitFor()
  // How many of the lines are painted depends on how they come; the last ones may come with the result.
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen)
  expect(seen[0]).toBe('begun')
  expect(seen.filter((each) => !/^(begun|\d+ of 45)$/.test(each))).toEqual([])
  await page.getByLabel('Integration', { exact: true }).selectOption('drive')
  await page.getByRole('checkbox').first().check()
  await lookAt(page, 'operation-import')
  await press('Add those chosen')
  await page.getByText('1 added').waitFor()
  await page.getByRole('link', { name: 'See the operations' }).first().click()
  await heading('Operations')
  await page.getByText('Get things 44').waitFor()
  expect(await page.evaluate(() => document.querySelectorAll('img, iframe, script:not([src])').length)).toBe(
    0,
  )
  expect(complaints).toEqual([])
})

/** Of an API with forty-five operations, each with a parameter that has no counterpart. */
function thingsDocument() {
  const paths = Array.from({ length: 45 }, (_, index) => [
    `/things/${index}`,
    {
      get: {
        operationId: `getThings${index}`,
        summary: `Get things ${index}`,
        parameters: index === 0 ? [{ name: naughty, in: 'cookie', schema: { type: 'string' } }] : [],
        responses: { 200: { description: 'ok' } },
      },
    },
  ])
  return {
    ...{
      openapi: '3.1.0',
      info: { title: naughty, version: '1' },
      servers: [{ url: 'https://things.example.com' }],
    },
    paths: Object.fromEntries(paths),
  }
}
