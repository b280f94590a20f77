import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { browser, type OidcServer, oidcServer } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { connectScene, type Link } from './connect-links.suite.ts'
import { naughty } from './console.suite.ts'
import { type BrowserPage, complaintsOf, viewports, violations } from './console-browser.suite.ts'

const pictures = process.env.SALLYPORT_TEST_PICTURES
const app = 'https://app.example'
const returnUrl = `${app}/connected`

let chromium: Awaited<ReturnType<typeof browser>>
let scene: Awaited<ReturnType<typeof connectScene<{ now(): number }>>>
let oidc: OidcServer

beforeAll(async () => {
  ;[chromium, scene] = await Promise.all([browser(), connectScene({ now: () => Date.now() })])
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true })
  const connectPage = { title: 'Sunny Flowers', accent: '#b0006d' }
  await scene.api.patch('/v1/environments/development', { returnUrls: [returnUrl], connectPage })
  const place = { baseUrl: 'https://placeholder.example.com', name: 'Calendar' }
  const issuer = 'https://placeholder.example.com'
  const definition = { key: 'calendar', ...place, auth: { type: 'oauth2', issuer, clientId: 'x' } }
  const { redirectUri } = (await scene.api.post('/v1/integrations', definition)).body
  oidc = await oidcServer({ redirectUris: [redirectUri] })
  const auth = { issuer: oidc.origin, scopes: ['openid', 'read'], ...oidc.confidential }
  expect((await scene.api.patch('/v1/integrations/calendar', { baseUrl: oidc.origin, auth })).status).toBe(
    200,
  )
})
afterAll(async () => {
  await Promise.all([chromium.close(), scene.close(), oidc.close()])
})

/** Somebody's own window; `app` and what is beside it are there, and remember who came. */
async function open(locale: string) {
  const context = await chromium.newContext({ locale, viewport: viewports.wide })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(10_000)
  const came: { readonly url: string; readonly referer: string | undefined }[] = []
  await context.route(/^https:\/\/(app|other)\.example\//, (route) => {
    came.push({ url: route.request().url(), referer: route.request().headers().referer })
    return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>App</title><h1>App</h1>' })
  })
  const page = await context.newPage()
  return { context, page, came, complaints: complaintsOf(page, scene.sallyport.origin) }
}

/** Of those the documents show pictures. */
const pictured = ['form wide light', 'form narrow dark']

/** Looks at the page wide and light, narrow and dark: it fits, and shuts nobody out. */
async function lookAt(
  page: BrowserPage,
  name: string,
  looks: readonly Look[] = [wide, narrow],
): Promise<void> {
  for (const [width, colorScheme] of looks) {
    await page.setViewportSize(viewports[width])
    await page.emulateMedia({ colorScheme })
    if (pictures !== undefined && pictured.includes(`${name} ${width} ${colorScheme}`)) {
      const path = join(pictures, `connect-${name}-${width}-${colorScheme}.png`)
      await page.locator('main').screenshot({ path })
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
    expect([name, width, overflow, await violations(page)]).toEqual([name, width, false, []])
  }
}

type Look = readonly ['wide', 'light'] | readonly ['narrow', 'dark']
const wide: Look = ['wide', 'light']
const narrow: Look = ['narrow', 'dark']

const heading = (page: BrowserPage, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true })

test('in German and by keyboard alone: what is missing stands beside its field, a wrong token is told, a right one connects', async () => {
  const parameters = [
    {
      name: 'store',
      label: 'Shop',
      help: 'It stands on every invoice.',
      required: true,
      pattern: '^[a-z]+$',
    },
    { name: 'region', label: 'Region', choices: ['eu', 'us'], required: true },
  ]
  const integration = await scene.keyed({ name: 'Delivery Service', parameters })
  const link = await scene.link(integration, { name: 'Blumen am Markt' })
  const { page, complaints } = await open('de-DE')
  await page.goto(`${link.url}?lang=en`)
  await heading(page, 'Connect Delivery Service').waitFor()
  await lookAt(page, 'form')
  await page.goto(link.url)
  await heading(page, 'Delivery Service verbinden').waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  const keys = async (...presses: string[]) => {
    for (const each of presses) await page.keyboard.press(each)
  }
  await keys('Tab')
  await page.keyboard.type('42')
  await keys('Tab', 'Tab', 'Tab', 'Enter')
  await page.getByText('Bitte prüfen Sie die markierten Felder.').waitFor()
  const store = page.getByRole('textbox', { name: 'Shop' })
  expect(await store.getAttribute('aria-invalid')).toBe('true')
  expect(await store.inputValue()).toBe('42')
  const said = ['Das hat nicht die erwartete Form.', 'Bitte ausfüllen.', 'Bitte ausfüllen.']
  expect(await page.locator('.fault').allInnerTexts()).toEqual(said)
  await lookAt(page, 'faults', [narrow])

  await keys('Tab', 'ControlOrMeta+a')
  await page.keyboard.type('markt')
  await keys('Tab', 'ArrowDown', 'Tab')
  await page.keyboard.type('wrong')
  await keys('Enter')
  await page.getByText('Delivery Service hat Ihre Angaben nicht angenommen.').waitFor()
  expect(await page.getByLabel('API-Token').inputValue()).toBe('')
  expect(await scene.accounts(integration)).toEqual([])
  await keys('Tab', 'Tab', 'Tab')
  await page.keyboard.type('key')
  await keys('Tab', 'Enter')
  await heading(page, 'Delivery Service ist verbunden').waitFor()
  expect(await scene.accounts(integration)).toMatchObject([
    { name: 'Blumen am Markt', status: 'connected', parameters: { store: 'markt', region: 'eu' } },
  ])
  expect(page.url()).toMatch(new RegExp(`/connect/${link.id}\\?lang=de$`))
  expect(complaints).toEqual([])
})

test('in Japanese, at a real provider: whoever denies may think again; then the app gets a result, and nothing else knows it', async () => {
  const link = await scene.link('calendar', { returnUrl })
  const { context, page, came } = await open('en-GB')
  await page.goto(link.url)
  await page.getByRole('link', { name: '日本語' }).click()
  await heading(page, 'Calendar を接続').waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('ja')
  expect(await page.getByText('Sunny Flowers', { exact: true }).count()).toBeGreaterThan(0)
  const button = page.getByRole('button', { name: 'Calendar へ進む' })
  expect(await button.evaluate((it) => getComputedStyle(it).backgroundColor)).toBe('rgb(176, 0, 109)')
  await button.click()
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.getByText('アクセスが許可されなかったため').waitFor()
  await page.getByRole('button', { name: 'Calendar へ進む' }).click()
  await page.locator('input[name=login]').fill('ann')
  await page.locator('input[name=password]').fill('whatever')
  await page.locator('button[type=submit]').click()
  await page.locator('button[type=submit]', { hasText: 'Continue' }).click()
  await page.waitForURL(`${returnUrl}?**`)

  const { account = '', result } = Object.fromEntries(new URL(page.url()).searchParams)
  expect(await scene.api.read(account)).toMatchObject({ status: 'pending' })
  expect(came).toEqual([{ url: `${returnUrl}?account=${account}&result=${result}`, referer: undefined }])
  const session = await context.newCDPSession(page)
  const { entries } = await session.send('Page.getNavigationHistory')
  for (const { url } of entries.slice(1)) expect(url).not.toMatch(/code=|state=/)
  expect(entries.filter(({ url }) => url.includes(`result=${result}`))).toHaveLength(1)
  for (const { headers } of oidc.received()) expect(headers.referer ?? '').not.toContain('/connect/')
  const confirmed = await scene.api.post(`/v1/accounts/${account}/confirm`, { result })
  expect(confirmed.body).toMatchObject({ status: 'connected', scopes: ['openid', 'read'] })
})

/** Opens a link in a pop-up from a page of `origin`, and connects; what that page was told, and whether the window closed. */
async function inPopUp(origin: string, link: Link) {
  const { page, context, came } = await open('en')
  await page.goto(`${origin}/`)
  await page.evaluate(() => {
    const told: unknown[] = []
    Object.assign(window, { told })
    window.addEventListener('message', ({ data, origin }) => told.push({ ...data, from: origin }))
  })
  const opened = context.waitForEvent('page')
  await page.evaluate((url) => void window.open(url, 'connect', 'popup'), link.url)
  const popUp = await opened
  await popUp.getByLabel('API token').fill('key')
  const closed = popUp.waitForEvent('close')
  await popUp.getByRole('button', { name: 'Connect' }).click()
  await closed
  const told = await page.evaluate(() => (window as unknown as { told: object[] }).told)
  return { told, came }
}

test('a pop-up tells the very origin that may know, closes, and tells no other', async () => {
  const integration = await scene.keyed()
  const link = await scene.link(integration, { returnUrl })
  const { told, came } = await inPopUp(app, link)
  const [account] = await scene.accounts(integration)
  const message = { type: 'sallyport:connected', account: account?.id, result: expect.any(String) }
  expect(told).toEqual([{ ...message, from: scene.sallyport.origin }])
  expect(came.map(({ url }) => url)).toEqual([`${app}/`])
  const [{ result } = { result: '' }] = told as { result: string }[]
  const confirmed = await scene.api.post(`/v1/accounts/${account?.id}/confirm`, { result })
  expect(confirmed.body).toMatchObject({ status: 'connected' })

  const another = await inPopUp('https://other.example', await scene.link(integration, { returnUrl }))
  expect(another.told).toEqual([])
})

test('names that would run as markup are shown as they are, and links that do not work say what to do', async () => {
  const parameters = [{ name: 'x', label: naughty, help: naughty, choices: [naughty], default: naughty }]
  const integration = await scene.keyed({ name: naughty, parameters })
  const account = { name: naughty, secret: { token: 'key' } }
  const { id } = await scene.api.account(integration, account)
  const { page, complaints } = await open('en')
  await page.goto((await scene.link(integration)).url)
  await heading(page, `Connect ${naughty}`).waitFor()
  await page.getByText(naughty, { exact: true }).first().waitFor()
  expect(await page.getByRole('combobox').inputValue()).toBe(naughty)
  await lookAt(page, 'naughty', [narrow])
  await page.goto((await scene.link(integration, { account: id })).url)
  await page.getByText(naughty).first().waitFor()
  await page.goto(
    `${scene.sallyport.origin}/connect/${encodeURIComponent(naughty)}/${encodeURIComponent(naughty)}`,
  )
  await heading(page, 'This link does not work').waitFor()
  await lookAt(page, 'refused', [wide])
  expect(await page.title()).not.toBe('ran')
  expect(complaints).toEqual([])
})

test('a code for another device is read out, can be gone to, and asks for nothing by itself', async () => {
  const { origin } = scene.provider
  const answer = { device_code: 'd', user_code: 'WDJB-MJHT', verification_uri: `${origin}/verify` }
  scene.provider.script('POST /device', {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...answer, expires_in: 600, interval: 5 }),
  })
  const auth = { grant: 'device_code', deviceUrl: `${origin}/device` }
  const link = await scene.link(await scene.oauth(auth, { name: 'Television' }))
  const { page, complaints } = await open('en')
  await page.goto(link.url)
  await page.getByRole('button', { name: 'Continue to Television' }).click()
  await heading(page, 'Enter a code at Television').waitFor()
  await page.getByText('WDJB-MJHT', { exact: true }).waitFor()
  const address = page.getByRole('link', { name: `${origin}/verify` })
  expect(await address.getAttribute('href')).toBe(`${origin}/verify`)
  await lookAt(page, 'code', [narrow])
  await page.getByRole('link', { name: 'I have entered the code' }).click()
  await heading(page, 'Enter a code at Television').waitFor()
  expect(complaints).toEqual([])
})
