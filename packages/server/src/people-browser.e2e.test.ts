import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { browser } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { authenticatorCode } from './authenticator.suite.ts'
import { type OwnSallyport, startWithoutKey } from './people.suite.ts'

/** Set it to a folder to look at what was tested. */
const pictures = process.env.SALLYPORT_TEST_PICTURES

/** What would run, load or break out, were it anywhere taken for markup. */
const naughty = `"'><img src=x onerror="document.title='ran'"><script>document.title='ran'</script>`
const owner = {
  name: `Ada ${naughty}`,
  email: `a"<svg/onload=alert(1)>@example.com`,
  password: 'an engine of difference',
}

let chromium: Awaited<ReturnType<typeof browser>>
beforeAll(async () => {
  chromium = await browser()
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true })
})
afterAll(() => chromium.close())

type Page = Awaited<ReturnType<typeof chromium.newPage>>

async function open(options: Parameters<typeof chromium.newContext>[0]) {
  const context = await chromium.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => complaints.push(dialog.message()))
  page.on('console', (message) => {
    const isOwnStatus = /^Failed to load resource/.test(message.text())
    if (!isOwnStatus && ['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') complaints.push(request.url())
  })
  return { page, complaints }
}

/** Every page on the way: each is looked at before the next. */
async function walk(sallyport: OwnSallyport, page: Page, seen: (name: string) => Promise<void>) {
  const { origin, setupToken, clock } = sallyport
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor()
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  await page.goto(`${origin}/setup#token=${setupToken}`)
  await page.getByLabel('Your name').fill(owner.name)
  // The browser's own check of addresses is not what protects the page.
  await page.evaluate(() => document.querySelector('form')?.setAttribute('novalidate', ''))
  await page.getByLabel('Your e-mail').fill(owner.email)
  await page.getByLabel('New password').fill('password password')
  await seen('setup')
  await press('Become the owner')
  await page.getByRole('alert').waitFor()
  await seen('setup-again')
  await page.evaluate(() => document.querySelector('form')?.setAttribute('novalidate', ''))
  await page.getByLabel('New password').fill(owner.password)
  await press('Become the owner')
  await heading('This is your first key')
  await page.getByRole('link', { name: 'Your account' }).click()
  await heading(owner.name)
  await seen('account')
  await page.getByRole('link', { name: 'Set up an authenticator' }).click()
  await heading('Set up an authenticator')
  await seen('authenticator')
  const secret = (await page.locator('code').first().innerText()).replaceAll(' ', '')
  await page.getByLabel('Code').fill(authenticatorCode(secret, clock.now()))
  await press('Set up')
  await heading('Your recovery codes')
  await seen('recovery-codes')
  await page.getByRole('link', { name: 'Your account' }).click()
  clock.advance(601_000)
  await press('Remove the authenticator')
  await heading('Is it you?')
  await seen('confirm')
  await page.getByLabel('Password').fill(owner.password)
  await press('Confirm by password')
  await heading(owner.name)
  await press('Log out')
  await heading('Log in')
  await page.evaluate(() => document.querySelector('form')?.setAttribute('novalidate', ''))
  await page.getByLabel('E-mail').fill(owner.email)
  await page.getByLabel('Password').fill('not the right one')
  await press('Log in')
  await page.getByRole('alert').waitFor()
  await seen('login-again')
  await page.evaluate(() => document.querySelector('form')?.setAttribute('novalidate', ''))
  await page.getByLabel('Password').fill(owner.password)
  await press('Log in')
  await heading('Your code')
  await seen('code')
  await page.getByLabel('Code').fill(authenticatorCode(secret, clock.now()))
  await press('Log in')
  await heading(owner.name)
  await seen('account-again')
}

test.each([
  ['wide-light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
  ['narrow-dark', { viewport: { width: 375, height: 667 }, colorScheme: 'dark' }],
] as const)(
  'a person sets up, logs in and out, with a name and an address that would run as markup, and nothing runs (%s)',
  async (name, options) => {
    const sallyport = await startWithoutKey()
    onTestFinished(() => sallyport.close())
    const { page, complaints } = await open(options)
    await walk(sallyport, page, async (title) => {
      if (pictures !== undefined) {
        await page.screenshot({ path: join(pictures, `people-${title}-${name}.png`), fullPage: true })
      }
      const found = await page.evaluate(() => ({
        headings: document.querySelectorAll('h1').length,
        overflow: document.documentElement.scrollWidth > window.innerWidth,
        strangers: document.querySelectorAll('img, iframe, svg[onload], script:not([src])').length,
        unlabelled: [...document.querySelectorAll('input:not([type=hidden])')].filter(
          (input) => (input as HTMLInputElement).labels?.length !== 1,
        ).length,
        ids: new Set([...document.querySelectorAll('[id]')].map(({ id }) => id)).size,
        withId: document.querySelectorAll('[id]').length,
        title: document.title,
      }))
      expect({ page: title, ...found, ids: found.withId - found.ids }).toMatchObject({
        ...{ headings: 1, overflow: false, strangers: 0, unlabelled: 0, ids: 0 },
      })
      expect(found.title).not.toBe('ran')
    })
    expect(complaints).toEqual([])
  },
)

test('a page of another origin logs nobody out, makes nothing with their session, and has no hold of our pages', async () => {
  const sallyport = await startWithoutKey()
  onTestFinished(() => sallyport.close())
  const other = await startWithoutKey()
  onTestFinished(() => other.close())
  const { page } = await open({})
  await page.goto(`${sallyport.origin}/setup#token=${sallyport.setupToken}`)
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('Your e-mail').fill('ada@example.com')
  await page.getByLabel('New password').fill(owner.password)
  await page.getByRole('button').click()
  await page.getByRole('link', { name: 'Your account' }).click()

  // Another port is another origin of the same site, so `SameSite` does not help: it has the cookie sent.
  await page.goto(`${other.origin}/healthz`)
  await page.evaluate((action) => {
    const form = document.createElement('form')
    Object.assign(form, { method: 'post', action })
    document.body.append(form)
    form.submit()
  }, `${sallyport.origin}/logout`)
  await page.getByRole('heading', { name: 'Not sent by a page of this Sallyport' }).waitFor()
  await page.goto(`${sallyport.origin}/account`)
  await page.getByRole('heading', { name: 'Ada' }).waitFor()

  await page.goto(`${other.origin}/healthz`)
  await page.evaluate((address) => {
    Object.assign(window, { its: window.open(address) })
  }, `${sallyport.origin}/account`)
  await page.waitForFunction(() => (window as unknown as { its: Window }).its.closed)
})
