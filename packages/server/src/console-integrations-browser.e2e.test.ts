import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { naughty } from './console.suite.ts'
import { consoleBrowser, viewports } from './console-browser.suite.ts'
import { keyed, oauth } from './endpoints/rest.suite.ts'
import { startWithoutKey } from './people.suite.ts'

let provider: LoopbackProvider
let sallyport: Awaited<ReturnType<typeof startWithoutKey>>
let owner: Awaited<ReturnType<typeof sallyport.ownersBrowser>>
let chrome: Awaited<ReturnType<typeof consoleBrowser>>

const make = async (path: string, body: unknown) => {
  const reply = await owner.json('POST', path, body)
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}

beforeAll(async () => {
  provider = await loopbackProvider()
  sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  owner = await sallyport.ownersBrowser()
  const { origin } = provider
  const scopes = ['contacts.read', 'contacts.write']
  const parameters = [{ name: 'region', label: 'Region', required: true, choices: ['eu', 'us'] }]
  const request = { headers: { 'X-Region': '{region}' }, query: { lang: 'en' } }
  const crm = oauth(origin, { scopes }, { name: 'Customers', parameters, request })
  const integrations = {
    crm: { ...crm, test: { path: '/me?of={region}' } },
    maps: keyed(origin, { name: 'City maps' }),
    weather: keyed(origin, { name: 'Weather' }),
    naughty: keyed(origin, {
      name: naughty,
      request: { headers: { 'X-Odd': naughty.replace('{{', '{{{{') } },
    }),
  }
  for (const [key, definition] of Object.entries(integrations))
    await make('/v1/integrations', { key, ...definition })
  for (const environment of ['production', 'production', 'qa'])
    await make('/v1/accounts', {
      ...{ integration: 'crm', name: `Ada in ${environment}`, environment, parameters: { region: 'eu' } },
    })
  await make('/v1/accounts', { integration: 'weather', name: 'Barometer', secret: { token: 'key' } })
  await make('/v1/apps', { key: 'shop', name: 'Shop', adapters: [{ name: 'customers', integration: 'crm' }] })
  chrome = await consoleBrowser(sallyport, ['providers wide light', 'integration wide dark'])
})
afterAll(async () => {
  await Promise.all([chrome.close(), sallyport.close(), provider.close()])
})

test('the gallery is searched at once, and an entry says what it asks for and leads to its form, by keyboard alone', async () => {
  const { page, complaints, go, heading, tabTo } = await chrome.open()
  await go('/providers')
  await heading('Providers')
  const found = page.getByRole('status').filter({ hasText: 'providers' })
  await found.waitFor()
  const tiles = () => page.getByRole('main').getByRole('listitem').count()
  expect(await tiles()).toBe(60)
  await chrome.lookAt(page, 'providers')
  await page.setViewportSize(viewports.wide)
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect.poll(tiles).toBe(120)
  await go('/providers?type=oauth2')
  await found.waitFor()
  await tabTo(/^Search$/)
  await page.keyboard.type('shopi')
  await expect.poll(() => found.innerText()).toMatch(/^\d of \d{3} providers$/)
  expect(new URL(page.url()).search).toBe('?q=shopi&type=oauth2')
  await tabTo(/^SOShopify \(OAuth\)/)
  await page.keyboard.press('Enter')
  await heading('Shopify (OAuth)')
  const asked = page.locator('section', { has: page.getByRole('heading', { name: 'What it asks for' }) })
  expect(await asked.getByRole('rowheader').allInnerTexts()).toEqual([
    ...['Client ID', 'Client secret', 'Scopes', 'Hosts of the shops', 'Shop', 'API version'],
  ])
  expect(await page.getByRole('link', { name: 'Its documentation' }).getAttribute('href')).toMatch(
    /^https:\/\/shopify\.dev\//,
  )
  await chrome.lookAt(page, 'provider')
  await page.getByRole('link', { name: 'Use this' }).press('Enter')
  await page.waitForURL(/\/integrations\/new\?provider=shopify$/)
  expect(complaints).toEqual([])
})

test('integrations are listed with their accounts, searched and sorted by what the address says', async () => {
  const { page, complaints, go, heading } = await chrome.open()
  await go('/integrations')
  await heading('Integrations')
  const names = () => page.getByRole('rowheader').getByRole('link').allInnerTexts()
  await page.getByRole('rowheader').first().waitFor()
  await page.getByRole('cell', { name: '3', exact: true }).waitFor()
  expect(await names()).toEqual([naughty, 'City maps', 'Customers', 'Weather'])
  await chrome.lookAt(page, 'integrations')
  await page.setViewportSize(viewports.wide)
  const byAccounts = page.getByRole('link', { name: 'Accounts', exact: true })
  await byAccounts.click()
  await page.waitForURL(/sort=accounts/)
  await byAccounts.click()
  await expect.poll(names).toEqual(['Customers', 'Weather', naughty, 'City maps'])
  await page.getByLabel('Search').fill('CUSTOM')
  await page.keyboard.press('Enter')
  await expect.poll(names).toEqual(['Customers'])
  expect(new URL(page.url()).search).toBe('?q=CUSTOM&sort=-accounts')
  await page.getByLabel('Type').selectOption('api_token')
  await page.getByText('No integration matches.').waitFor()
  expect(complaints).toEqual([])
})

test('a page of an integration has what uses it, how it is defined and what it would send, and no secret', async () => {
  const { page, complaints, go, heading } = await chrome.open()
  await go('/integrations/crm')
  await heading('Customers')
  const section = (name: string) =>
    page.locator('section', { has: page.getByRole('heading', { level: 2, name, exact: true }) })
  const uses = section('Used by')
  await uses.getByText('adapter customers').waitFor()
  expect(await uses.getByRole('link').allInnerTexts()).toEqual(['2 in production', '1 in qa', 'Shop'])
  await page.getByText(`${sallyport.origin}/callback/int_`).first().waitFor()
  await section('Definition').getByText('Set, never shown').waitFor()
  const sent = section('What it would send')
  await sent
    .getByRole('region', { name: 'Token' })
    .filter({ hasText: 'grant_type=authorization_code' })
    .waitFor()
  await sent
    .getByRole('region', { name: 'Call to the API' })
    .filter({ hasText: 'X-Region: {region}' })
    .waitFor()
  await sent.getByLabel('Region {region}').fill('eu-1')
  await sent.getByRole('region', { name: 'Call to the API' }).filter({ hasText: 'X-Region: eu-1' }).waitFor()
  expect(await page.content()).not.toContain('client-secret')
  await chrome.lookAt(page, 'integration')
  await uses.getByRole('link', { name: '2 in production' }).click()
  await heading('Connected accounts')
  expect(new URL(page.url()).search).toContain('integration=crm')
  expect(complaints).toEqual([])
})

test('one with accounts is deleted only after a question that names them; names that would run as markup are shown', async () => {
  const { page, complaints, go, heading, press } = await chrome.open()
  await go('/integrations/weather')
  await heading('Weather')
  await press('Delete…')
  await press('Delete')
  const question = page.getByRole('dialog', { name: 'Delete Weather and its accounts?' })
  await question.getByText('Barometer').waitFor()
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'detached' })
  expect((await owner.json('GET', '/v1/integrations/weather')).status).toBe(200)
  await press('Delete…')
  await press('Delete')
  await press('Delete all of it')
  await heading('Integrations')
  expect((await owner.json('GET', '/v1/integrations/weather')).status).toBe(404)
  await page.getByRole('link', { name: naughty, exact: true }).click()
  await heading(naughty)
  await page.getByRole('definition').filter({ hasText: 'onerror' }).first().waitFor()
  await press('Delete…')
  await page.getByRole('dialog', { name: `Delete ${naughty}?` }).waitFor()
  await press('Delete')
  await heading('Integrations')
  expect(await page.evaluate(() => document.querySelectorAll('img, iframe, script:not([src])').length)).toBe(
    0,
  )
  await go('/integrations/crm')
  await heading('Customers')
  await press('Delete…')
  await press('Delete')
  await page.getByRole('alert').getByText('shop').waitFor()
  expect(complaints).toEqual([])
})
