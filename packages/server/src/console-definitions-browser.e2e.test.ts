import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserPage, consoleBrowser, viewports } from './console-browser.suite.ts'
import { startWithoutKey } from './people.suite.ts'

let sallyport: Awaited<ReturnType<typeof startWithoutKey>>
let owner: Awaited<ReturnType<typeof sallyport.ownersBrowser>>
let chrome: Awaited<ReturnType<typeof consoleBrowser>>
let open: typeof chrome.open
let lookAt: typeof chrome.lookAt

beforeAll(async () => {
  sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  owner = await sallyport.ownersBrowser()
  chrome = await consoleBrowser(sallyport, ['definition wide light', 'definition narrow dark'])
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
