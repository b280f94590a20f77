import { afterAll, beforeAll, expect, test } from 'vitest'
import { naughty } from './console.suite.ts'
import { type BrowserPage, consoleBrowser, viewports } from './console-browser.suite.ts'
import { owner as person, startWithoutKey } from './people.suite.ts'

const pictured = ['definition wide light', 'simple wide light']

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
  await heading('Customers of ours')
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
  await heading('Any')
  await go('/integrations/Any/edit')
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

test('from an entry of the catalogue only what it leaves open is asked for; both views show one draft', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/integrations/new?provider=github')
  await heading('New integration')
  await field(page, 'Client ID').fill('our-client')
  expect(await field(page, 'Token URL').count()).toBe(0)
  await lookAt(page, 'simple')
  await page.setViewportSize(viewports.wide)
  await press('HTTP')
  expect(await field(page, 'Token URL').inputValue()).toBe('https://github.com/login/oauth/access_token')
  await field(page, 'Refresh URL').fill('https://github.com/{tenant}')
  await press('Simple')
  expect(await field(page, 'Client ID').inputValue()).toBe('our-client')
  await press('Create the integration')
  // Its field is in the other view: the way there leads to it.
  await page.getByRole('button', { name: 'Refresh URL', exact: true }).press('Enter')
  await page.waitForFunction(() => document.activeElement?.id === 'at/auth/refreshUrl')
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await press('JSON')
  expect(await field(page, 'Definition').inputValue()).toContain('"clientId": "our-client"')
  await press('Create the integration')
  await heading('GitHub (User OAuth)')
  await page
    .getByText(/\/callback\/int_/)
    .first()
    .waitFor()
  const { body } = await owner.get('/v1/integrations/GitHubUserOAuth')
  expect(body).toMatchObject({ provider: 'github', auth: { clientId: 'our-client' } })
  expect(body.auth.refreshUrl).toBeUndefined()
  expect(complaints).toEqual([])
})

test('a change of where secrets go asks for them again, for a fresh proof, and before accounts are disconnected', async () => {
  const auth = {
    type: 'oauth2',
    grant: 'client_credentials',
    clientId: 'id',
    clientSecret: 'a secret of ours',
  }
  const made = {
    key: 'moving',
    name: naughty,
    auth: { ...auth, tokenUrl: 'https://login.example.com/token' },
  }
  expect((await owner.json('POST', '/v1/integrations', made)).status).toBe(201)
  const secret = { accessToken: 'living' }
  expect(
    (await owner.json('POST', '/v1/accounts', { integration: 'moving', name: naughty, secret })).status,
  ).toBe(201)
  const { page, complaints, go, heading, press } = await open()
  await go('/integrations/moving/edit')
  await heading(`Edit ${naughty}`)
  await page.getByText('A secret is stored. Leave this empty to keep it.').waitFor()
  await field(page, 'Token URL').fill('https://elsewhere.example.com/token')
  await press('Save')
  await page.getByRole('alert').filter({ hasText: 'Give this secret again.' }).waitFor()
  await field(page, 'Client secret').fill('given again')
  sallyport.clock.advance(601_000)
  await press('Save')
  await page.getByLabel('Your password').fill(person.password)
  await press('Confirm and go on')
  const question = page.getByRole('dialog', { name: 'Accounts have to be connected again' })
  await question.getByText(naughty).waitFor()
  await press('Cancel')
  await press('Save')
  await question.getByRole('button', { name: 'Save, and disconnect them' }).click()
  await page.getByText('Saved.').waitFor()
  expect(await field(page, 'Client secret').inputValue()).toBe('')
  const { body } = await owner.get('/v1/accounts?integration=moving')
  expect(body.items).toMatchObject([{ status: 'needs_reconnect' }])
  expect(await page.evaluate(() => document.querySelectorAll('main :is(img, iframe, script)').length)).toBe(0)
  expect(complaints).toEqual([])
})

test('an OAuth client is made by keyboard alone, shared, rotated, and deleted once nobody uses it', async () => {
  const { page, complaints, go, heading, press, tabTo } = await open()
  await go('/oauth-clients/new')
  await heading('New OAuth client')
  await tabTo(/^Name/)
  await page.keyboard.type('Shared')
  await tabTo(/^Authorization URL/)
  await page.keyboard.type('https://login.example.com/authorize')
  await tabTo(/^Token URL/)
  await page.keyboard.type('https://login.example.com/token')
  await tabTo(/^Client ID/)
  await page.keyboard.type('our-client')
  await tabTo(/^Client secret/)
  await page.keyboard.type('the first secret')
  await tabTo(/^Create the OAuth client/)
  await page.keyboard.press('Enter')
  await heading('Shared')
  await page
    .getByText(/\/callback\/ocl_/)
    .first()
    .waitFor()
  await page.getByText('No integration uses it yet.').waitFor()
  await press('Rotate secret…')
  await field(page, 'New secret').fill('the second secret')
  await field(page, 'Old secret, while it is valid').fill('the first secret')
  await press('Store it')
  await page.getByText('Both secrets are stored; the new one is tried first.').waitFor()
  expect((await owner.get('/v1/oauth-clients/shared')).body.secretsSet).toEqual([
    ...['/clientSecrets/0', '/clientSecrets/1'],
  ])
  await go('/integrations/new')
  await field(page, 'Name').fill('User of it')
  await field(page, 'Authentication').selectOption({ label: 'OAuth 2.0, by a shared client' })
  await field(page, 'OAuth client').selectOption('Shared')
  await field(page, 'Base URL').fill('https://api.example.com')
  await press('Create the integration')
  await heading('User of it')
  await go('/oauth-clients/Shared')
  await page.getByRole('link', { name: 'User of it' }).waitFor()
  await lookAt(page, 'oauth-client')
  await page.setViewportSize(viewports.wide)
  await press('Delete…')
  await page
    .getByRole('dialog', { name: 'Shared is used' })
    .getByRole('link', { name: 'User of it' })
    .waitFor()
  await press('Close')
  await owner.json('DELETE', '/v1/integrations/userofit')
  await page.reload()
  await page.getByText('No integration uses it yet.').waitFor()
  await press('Delete…')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await heading('OAuth clients')
  await page.getByText('There are none yet.').waitFor()
  expect(complaints).toEqual([])
})

test('parameters are completed as a brace opens, by arrows and Enter; what is written is not left without a question', async () => {
  const { page, go, heading, press } = await open()
  await go('/integrations/new')
  await heading('New integration')
  await press('Add parameter')
  await page.locator('[id="at/parameters/0/name"]').fill('serverName')
  const url = field(page, 'Base URL')
  await url.fill('https://')
  await url.press('End')
  await page.keyboard.type('{ser')
  await page.getByRole('option', { name: '{serverName}' }).waitFor()
  expect(await url.getAttribute('aria-expanded')).toBe('true')
  await page.keyboard.press('Enter')
  await page.keyboard.type('.example.com')
  expect(await url.inputValue()).toBe('https://{serverName}.example.com')
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('dialog', { name: 'Leave what is written here?' }).waitFor()
  await press('Cancel')
  expect(await url.inputValue()).toBe('https://{serverName}.example.com')
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Overview' }).click()
  await press('Leave it')
  await heading('Overview')
})
