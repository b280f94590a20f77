import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { callForAnHour, consoleScene, naughty } from './console.suite.ts'
import { consoleBrowser, viewports } from './console-browser.suite.ts'
import { owner, startWithoutKey } from './people.suite.ts'

let scene: Awaited<ReturnType<typeof consoleScene>>
let chrome: Awaited<ReturnType<typeof consoleBrowser>>
let open: typeof chrome.open
let lookAt: typeof chrome.lookAt

beforeAll(async () => {
  scene = await consoleScene()
  await callForAnHour(scene)
  chrome = await consoleBrowser(scene.sallyport, [
    ...['overview wide light', 'overview narrow dark', 'accounts wide light'],
    ...['account wide dark', 'account narrow light', 'question wide dark'],
  ])
  ;({ open, lookAt } = chrome)
})
afterAll(async () => {
  await Promise.all([chrome.close(), scene.close()])
})

test('each page is labelled, in contrast, and fits the window: wide and narrow, light and dark', async () => {
  const { page, complaints, go, heading } = await open()
  await go('/')
  await heading('Overview')
  await page
    .getByText(/66 calls/)
    .first()
    .waitFor()
  await lookAt(page, 'overview')
  await go('/accounts?environment=production')
  await heading('Connected accounts')
  await page.getByRole('link', { name: 'Store finder' }).waitFor()
  await lookAt(page, 'accounts')
  await go(`/accounts/${scene.ids.renewable}`)
  await heading('Invoices')
  await page.getByText('Token asked for').first().click()
  await lookAt(page, 'account')
  await page.setViewportSize(viewports.wide)
  await page.getByRole('button', { name: 'Disconnect…' }).click()
  await page.getByRole('dialog').waitFor()
  await lookAt(page, 'question')
  await go('/nowhere')
  await heading('There is no such page')
  await lookAt(page, 'nowhere')
  expect(complaints).toEqual([])
})

test('whoever is not logged in logs in and comes back to the very address, and after logging out sees nothing', async () => {
  const context = await chrome.chromium.newContext()
  onTestFinished(() => context.close())
  const { page, complaints, heading } = await open(context)
  await chrome.logIn(page, '/console/accounts?status=failing')
  await heading('Connected accounts')
  await page.getByRole('link', { name: 'Office map' }).waitFor()
  expect(page.url()).toBe(`${scene.sallyport.origin}/console/accounts?status=failing`)
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  await page.goto(`${scene.sallyport.origin}/console`)
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  expect(complaints).toEqual([])
})

test('the overview shows the accounts that need somebody first, with the one thing to do, and only calls that were made', async () => {
  const { page, go } = await open()
  await go('/')
  const waiting = page.locator('section', { has: page.getByRole('heading', { name: 'Needs somebody' }) })
  await waiting.getByRole('link').first().waitFor()
  expect(await waiting.getByRole('link').allInnerTexts()).toEqual([
    ...['Delivery routes', 'Office map', 'Ada at Customers', 'Grace at Customers'],
  ])
  await waiting.getByText('Connect it again', { exact: true }).waitFor()
  await page.getByText('66 calls: 63 good, 1 refused (4xx), 2 failed.').first().waitFor()
})

test('what a list shows stands in its address: search, filters, pages', async () => {
  const { page, go } = await open()
  await go('/accounts')
  await page.getByLabel('Environment').selectOption('qa')
  await page.getByRole('link', { name: 'Next page' }).click()
  await page.getByRole('link', { name: 'First page' }).waitFor()
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3)
  await page.reload()
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3)
  await page.getByLabel('Search').fill('Tenant 07')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1)
  expect(new URL(page.url()).search).toBe('?q=Tenant+07&environment=qa')
  await page.getByLabel('Search').fill('nobody')
  await page.keyboard.press('Enter')
  await page.getByText('No account matches.').waitFor()
})

test('names that would run as markup are shown as they are, and nothing runs', async () => {
  const { page, complaints, go, heading } = await open()
  await go('/accounts?environment=qa')
  await page.getByRole('link', { name: naughty, exact: true }).click()
  await heading(naughty)
  await page.getByRole('definition').filter({ hasText: naughty }).waitFor()
  await page.getByRole('button', { name: 'Disconnect…' }).click()
  await page.getByRole('dialog', { name: `Disconnect ${naughty}?` }).waitFor()
  expect(await page.evaluate(() => document.querySelectorAll('img, iframe, script:not([src])').length)).toBe(
    0,
  )
  expect(await page.title()).toBe(`${naughty} · Sallyport`)
  expect(complaints).toEqual([])
})

test('an account is tried, renewed, switched off and on, and disconnected after a question; its timeline tells each exchange', async () => {
  const { page, complaints, go, heading, press } = await open()
  const status = page.getByRole('status')
  await go(`/accounts/${scene.ids.renewable}`)
  await heading('Invoices')
  await press('Test')
  await status.filter({ hasText: 'It works. The test request was answered with 200.' }).waitFor()
  await press('Renew now')
  const renewed = await status.filter({ hasText: 'Renewed: generation' }).innerText()
  await page.getByText(`${/\d+/.exec(renewed)}, one more with each renewal`).waitFor()
  await press('Disable')
  await status.filter({ hasText: 'Disabled' }).waitFor()
  await press('Enable')
  await status.filter({ hasText: 'Enabled.' }).waitFor()
  await page.getByText('Renewal', { exact: true }).first().click()
  await page
    .getByRole('region', { name: 'Answer' })
    .filter({ hasText: '"access_token":"[secret]"' })
    .first()
    .waitFor()
  await page
    .getByRole('region', { name: 'Declared' })
    .filter({ hasText: 'client_credentials' })
    .first()
    .waitFor()
  await press('Disconnect…')
  await press('Cancel')
  expect(await page.getByRole('dialog').count()).toBe(0)
  await press('Disconnect…')
  await press('Disconnect')
  await status.filter({ hasText: 'Disconnected.' }).waitFor()
  await page.locator('section[aria-label=State]').waitFor()
  expect(complaints).toEqual([])
})

test('a failure says what happened, whose move it is and the id of the request; a person can be sent to the provider', async () => {
  const { page, go } = await open()
  await go(`/accounts/${scene.ids.working}`)
  await page.getByRole('button', { name: 'Renew now' }).click()
  const alert = page.getByRole('alert')
  await alert.getByText('Your move.').waitFor()
  expect(await alert.locator('code').innerText()).toMatch(/^req_/)
  await go('/accounts/acc_none')
  await alert.getByText('Your move.').waitFor()
  await go(`/accounts/${scene.ids.pending}`)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  const link = page.getByRole('link', { name: 'Go to the provider' })
  expect(await link.getAttribute('href')).toMatch(`${scene.sallyport.origin}/`)
})

test('by keyboard alone: to the content, to an account, into the question before disconnecting and out of it', async () => {
  const { page, go, heading, tabTo } = await open()
  await go('/')
  await heading('Overview')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await tabTo(/^Delivery routes$/)
  await page.keyboard.press('Enter')
  await heading('Delivery routes')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await page.getByRole('button', { name: 'Disconnect…' }).waitFor()
  await tabTo(/^Disconnect…$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Disconnect…')
})

test('where it is narrow, the sections are behind a button that says whether they are shown', async () => {
  const { page, go, heading } = await open()
  await page.setViewportSize(viewports.narrow)
  await go('/')
  await heading('Overview')
  const menu = page.getByRole('button', { name: 'Menu' })
  const link = page
    .getByRole('navigation', { name: 'Sections' })
    .getByRole('link', { name: 'Connected accounts' })
  expect([await menu.getAttribute('aria-expanded'), await link.isVisible()]).toEqual(['false', false])
  await menu.press('Enter')
  expect(await menu.getAttribute('aria-expanded')).toBe('true')
  await link.press('Enter')
  await heading('Connected accounts')
  await link.waitFor({ state: 'hidden' })
})

test('the first load is under 200 kB of script, gzipped; files are kept for good, and the page never', async () => {
  const context = await chrome.chromium.newContext({ storageState: await chrome.loggedIn.storageState() })
  onTestFinished(() => context.close())
  const { page, go, heading } = await open(context)
  const scripts: Promise<number>[] = []
  const headers: Record<string, string>[] = []
  page.on('response', (response) => {
    if (!response.url().endsWith('.js')) return
    headers.push(response.headers())
    scripts.push(
      response
        .request()
        .sizes()
        .then(({ responseBodySize }) => responseBodySize),
    )
  })
  const shown = await go('/accounts')
  await heading('Connected accounts')
  const sizes = await Promise.all(scripts)
  expect(sizes.length).toBeGreaterThan(0)
  expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThan(200_000)
  for (const each of headers) {
    expect(each).toMatchObject({
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
    })
  }
  expect(shown?.headers()).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; script-src 'self'; style-src 'self'; (?!.*unsafe)/,
    ),
    'cross-origin-opener-policy': 'same-origin',
  })
  const gone = await scene.owner.get('/console/assets/index-gone.js')
  expect([gone.status, gone.body.code]).toEqual([404, 'not_found'])
})

test('where a fresh proof is asked for, a link leads there and back', async () => {
  const { page, go, heading } = await open()
  await go(`/accounts/${scene.ids.working}`)
  await heading('Store finder')
  scene.sallyport.clock.advance(601_000)
  // No action of this page asks for one: another takes its place, and the server answers.
  await page.route('**/renew', (route) =>
    route.continue({ url: route.request().url().replace('renew', 'token') }),
  )
  await page.getByRole('button', { name: 'Renew now' }).click()
  await page.getByRole('link', { name: 'Prove who you are' }).click()
  await page.getByLabel('Password').fill(owner.password)
  await page.getByRole('button', { name: 'Confirm by password' }).click()
  await heading('Store finder')
  expect(new URL(page.url()).pathname).toBe(`/console/accounts/${scene.ids.working}`)
})

test('it is served below the path of the public address, at each of its addresses the same page', async () => {
  const behindPath = await startWithoutKey({ SALLYPORT_PUBLIC_URL: 'https://sallyport.example.com/passage' })
  onTestFinished(() => behindPath.close())
  const pages = await Promise.all(
    ['/console', '/console/accounts/acc_1?q=%3Cb%3E', '/console/a/b/c'].map((path) =>
      behindPath.browser().get(path),
    ),
  )
  for (const { status, text } of pages) expect([status, text]).toEqual([200, pages[0]?.text])
  const addresses = [...(pages[0]?.text ?? '').matchAll(/(?:src|href|content)="(\/[^"]*)"/g)].map(
    ([, path = '']) => path,
  )
  expect(addresses).toContain('/passage/console/')
  for (const path of addresses.filter((each) => each.includes('/assets/'))) {
    const { status, headers } = await behindPath.browser().get(path.replace('/passage', ''))
    expect([path, status, headers.get('x-content-type-options')]).toEqual([path, 200, 'nosniff'])
  }
  expect(addresses.filter((path) => !path.startsWith('/passage/console/'))).toEqual([])
})
