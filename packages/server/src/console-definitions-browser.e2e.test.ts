import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserPage, consoleBrowser, viewports } from './console-browser.suite.ts'
import { startWithoutKey } from './people.suite.ts'

const pictured = ['definition wide light', 'simple wide light', 'oauth-client wide dark']

let sallyport: Awaited<ReturnType<typeof startWithoutKey>>
let owner: Awaited<ReturnType<typeof sallyport.ownersBrowser>>
let chrome: Awaited<ReturnType<typeof consoleBrowser>>
let open: typeof chrome.open
let lookAt: typeof chrome.lookAt

beforeAll(async () => {
  sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  owner = await sallyport.ownersBrowser()
  chrome = await consoleBrowser(sallyport, pictured)
  ;({ open, lookAt } = chrome)
})
afterAll(async () => {
  await Promise.all([chrome.close(), sallyport.close()])
})

/** What somebody writes or chooses in, by the name over it. */
const field = (page: BrowserPage, name: string) =>
  page.getByRole('textbox', { name, exact: true }).or(page.getByRole('combobox', { name, exact: true }))

test('from nothing, an OAuth 2.0 API is defined: all faults at once beside their fields, then mended', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/integrations/new')
  await heading('New integration')
  await field(page, 'Name').fill('Customers of ours')
  expect(await field(page, 'Key').inputValue()).toBe('Customersofours')
  await field(page, 'Authentication').selectOption({ label: 'OAuth 2.0' })
  await field(page, 'Base URL').fill('https://{region}.example.com')
  await page.getByText('No parameter is called region.').waitFor()
  await field(page, 'Scopes').fill('contacts.read\ncontacts.write')
  await press('Create the integration')
  const summary = page.getByRole('alert')
  await summary.filter({ hasText: 'Client ID' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert')
  await lookAt(page, 'definition')
  await page.setViewportSize(viewports.wide)
  await press('Add it')
  await field(page, 'Client ID').fill('our-client')
  await field(page, 'Client secret').fill('a secret of ours')
  await press('Authorization URL')
  await page.keyboard.type('https://login.example.com/authorize')
  await field(page, 'Token URL').fill('https://login.example.com/token')
  await press('Create the integration')
  await heading('Edit Customers of ours')
  const { body } = await owner.get('/v1/integrations/customersofours')
  expect(body).toMatchObject({
    ...{ key: 'Customersofours', name: 'Customers of ours', baseUrl: 'https://{region}.example.com' },
    parameters: [{ name: 'region', required: true }],
    auth: { type: 'oauth2', clientId: 'our-client', scopes: ['contacts.read', 'contacts.write'] },
    secretsSet: ['/auth/clientSecret'],
  })
  expect(complaints).toEqual([])
})

/** The least that each type needs, as somebody fills it in. */
const types: readonly (readonly [title: string, fields: Readonly<Record<string, string>>])[] = [
  ['HTTP basic', {}],
  ['HTTP digest', {}],
  ['Custom token', { 'Token URL': 'https://api.example.com/login' }],
  [
    'HMAC signature',
    { Message: '{request.body}', 'Headers, 1: name': 'X-Sign', 'Headers, 1: value': '{signature}' },
  ],
  ['Cookie login', { 'Login URL': 'https://api.example.com/login' }],
  ['JWT per request', { Algorithm: 'HS256', Secret: 'a secret that signs, long enough for it' }],
  ['AWS Signature v4', { Region: 'eu-west-1', Service: 'execute-api' }],
  ['OAuth 1.0a', { 'Consumer key': 'key', 'Consumer secret': 'secret' }],
  ['SFTP', { Host: 'files.example.com' }],
]

test('each type of authentication can be chosen, filled in and saved, in place of any other', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/integrations/new')
  await field(page, 'Name').fill('Any')
  await field(page, 'Authentication').selectOption({ label: 'API token' })
  await press('Create the integration')
  await heading('Edit Any')
  const section = page.locator('section', { has: page.getByRole('heading', { name: 'Authentication' }) })
  for (const [title, fields] of types) {
    await field(page, 'Authentication').selectOption({ label: title })
    if ('Headers, 1: name' in fields) await section.getByRole('button', { name: 'Add to Headers' }).click()
    for (const [name, text] of Object.entries(fields)) {
      const place = section.getByRole('textbox', { name, exact: true })
      const choice = section.getByRole('combobox', { name, exact: true })
      if (name === 'Algorithm') await choice.selectOption(text)
      else await place.or(choice).fill(text)
    }
    const saved = page.waitForResponse((response) => response.request().method() === 'PATCH')
    await press('Save')
    expect([title, (await saved).status(), await (await saved).text()]).toEqual([
      title,
      200,
      expect.any(String),
    ])
    await page.getByText('Saved.').waitFor()
  }
  const { body } = await owner.get('/v1/integrations/any')
  expect([body.auth, body.secretsSet]).toEqual([{ type: 'sftp', host: 'files.example.com', port: 22 }, []])
  expect(complaints).toEqual([])
})
