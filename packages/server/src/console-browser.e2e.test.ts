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
    ...['account wide dark', 'account narrow light', 'question wide dark', 'new-account wide light'],
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
  await go('/accounts/new?integration=files')
  await heading('New account')
  await page.getByRole('textbox', { name: 'Private key', exact: true }).waitFor()
  await lookAt(page, 'new-account')
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
  await page.getByRole('link', { name: /^59\s*All accounts$/ }).waitFor()
  await page
    .getByText(/[1-9]\d* tokens? renewed, 0 attempts failed\./)
    .first()
    .waitFor()
})

test('what a list shows stands in its address: search, filters, order, pages; and it says how many there are', async () => {
  const { page, go } = await open()
  await go('/accounts')
  await page.getByText('59 accounts').waitFor()
  await page.getByLabel('Environment').selectOption('qa')
  await page.getByText('53 accounts').waitFor()
  await page.getByRole('columnheader', { name: 'Account' }).getByRole('link').click()
  await page.locator('th[aria-sort=ascending]').getByRole('link').click()
  await page.locator('th[aria-sort=descending]').waitFor()
  await page.getByRole('row').nth(1).getByText('Tenant 52').waitFor()
  await page.getByRole('row').nth(1).getByText(`by ${owner.name}`).waitFor()
  await page.getByRole('link', { name: 'Next page' }).click()
  await page.getByRole('link', { name: 'First page' }).waitFor()
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3)
  await page.reload()
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3)
  await page.getByLabel('Search').fill('Tenant 07')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1)
  expect(new URL(page.url()).search).toBe('?q=Tenant+07&environment=qa&sort=-name')
  await page.getByLabel('Search').fill('nobody')
  await page.keyboard.press('Enter')
  await page.getByText('No account matches.').waitFor()
})

test('names that would run as markup are shown as they are, and nothing runs', async () => {
  const { page, complaints, go, heading } = await open()
  await go('/accounts?environment=qa&sort=name')
  await page.getByRole('link', { name: naughty, exact: true }).click()
  await heading(naughty)
  await page.getByRole('definition').filter({ hasText: naughty }).first().waitFor()
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
  await status.filter({ hasText: 'Disconnected. The provider cannot be asked to revoke access.' }).waitFor()
  await page.locator('section[aria-label=State]').waitFor()
  expect(complaints).toEqual([])
})

test('a failure says what happened, whose move it is and the id of the request', async () => {
  const { page, go } = await open()
  await go(`/accounts/${scene.ids.working}`)
  await page.getByRole('button', { name: 'Renew now' }).click()
  const alert = page.getByRole('alert')
  await alert.getByText('Your move.').waitFor()
  expect(await alert.locator('code').innerText()).toMatch(/^req_/)
  await go('/accounts/acc_none')
  await alert.getByText('Your move.').waitFor()
})

test('an account is made of what its integration asks for, by keyboard: tried before, faults beside their fields; and gets a new secret', async () => {
  const { page, complaints, go, heading, press, tabTo } = await open()
  const status = page.getByRole('status')
  await go('/accounts')
  await heading('Connected accounts')
  await tabTo(/^New account$/)
  await page.keyboard.press('Enter')
  await heading('New account')
  await press('Make a link to send')
  await page.getByRole('button', { name: 'Copy the link' }).waitFor()
  await page.getByLabel('Integration').selectOption({ label: naughty })
  await page.getByLabel(`${naughty} *`).waitFor()
  expect(await page.evaluate(() => document.querySelectorAll('img, script:not([src])').length)).toBe(0)
  await press('Make the account')
  await page.getByText('Give the token that the API issued.').waitFor()
  await page.getByText(`${naughty} is required. Give it.`).waitFor()
  expect(await page.getByRole('alert').getByRole('listitem').count()).toBe(0)
  await page.getByLabel('Integration').selectOption({ label: 'City maps' })
  await page.getByLabel('Name').fill('Bus stops')
  const token = page.getByRole('textbox', { name: 'API token' })
  await token.fill('wrong')
  await press('Test before saving')
  await status.filter({ hasText: 'It does not work.' }).waitFor()
  await token.fill('key')
  await token.press('Enter')
  await heading('Bus stops')
  await page.getByText('Connected', { exact: true }).first().waitFor()
  await press('New secret…')
  await page.getByRole('textbox', { name: 'API token' }).fill('wrong')
  await press('Connect again')
  await status.filter({ hasText: 'It is not connected yet.' }).waitFor()
  await page.getByText('Needs reconnecting', { exact: true }).first().waitFor()
  expect(complaints).toEqual([])
})

test('a person lets Sallyport in, in a window of its own, which closes; when somebody else does, it is said', async () => {
  const { page, complaints, go, heading, press } = await open()
  const { provider, ids } = scene
  const grantedBy = (user: string) => {
    const tokens = {
      access_token: `of-${user}`,
      refresh_token: 'r',
      token_type: 'Bearer',
      expires_in: 3600,
      user,
    }
    const headers = { 'Content-Type': 'application/json' }
    provider.script('POST /token', { status: 200, headers, body: JSON.stringify(tokens) }, { times: 1 })
  }
  const connect = async (name: string) => {
    const [window] = await Promise.all([page.waitForEvent('popup'), press(name)])
    await Promise.all([
      window.isClosed() || window.waitForEvent('close'),
      page.getByRole('status').filter({ hasText: 'Connected.' }).waitFor(),
    ])
  }
  await go(`/accounts/${ids.pending}`)
  await heading('Grace at Customers')
  grantedBy('grace')
  await connect('Connect')
  await page.getByText('Connected', { exact: true }).first().waitFor()
  expect(await page.locator('section[aria-label=State]').count()).toBe(0)
  grantedBy('ada')
  await connect('Connect again')
  await page.locator('section[aria-label=State]').getByText('Somebody else connected it.').waitFor()
  await page.getByText('Different person').waitFor()
  await page.getByText('Otherwise than before: user.').waitFor()
  await press('Make a link to send')
  const link = await page.getByRole('region', { name: 'Link to send' }).locator('code').innerText()
  expect(link).toMatch(`${scene.sallyport.origin}/connect/cnl_`)
  provider.script('POST /token', { status: 400, body: '{"error":"invalid_grant"}' }, { times: 1 })
  const [window] = await Promise.all([page.waitForEvent('popup'), press('Connect again')])
  await page.getByRole('status').filter({ hasText: 'It was not connected' }).waitFor()
  await window.getByRole('heading', { name: 'Customers was not connected' }).waitFor()
  await window.close()
  expect(complaints).toEqual([])
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
