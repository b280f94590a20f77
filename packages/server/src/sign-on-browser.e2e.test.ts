import { browser, oidcServer } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startWithoutKey } from './people.suite.ts'

let chromium: Awaited<ReturnType<typeof browser>>
beforeAll(async () => {
  chromium = await browser()
})
afterAll(() => chromium.close())

test('a person comes in by a certified OpenID provider, also to the very page of the console that they opened, and proves by it once more who they are', async () => {
  const sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  onTestFinished(() => sallyport.close())
  // Its tokens are dated by the machine's clock.
  sallyport.clock.advance(Date.now() - sallyport.clock.now())
  const owner = await sallyport.ownersBrowser()
  const input = { key: 'corp', name: 'Corp', issuer: 'https://idp.example', clientId: 'x' }
  const made = await owner.json('POST', '/v1/identity-providers', { ...input, defaultRole: 'developer' })
  // The redirect URI holds the provider's id, so that it is registered second and named last.
  const server = await oidcServer({
    redirectUris: [made.body.redirectUri],
    people: { ann: { email: 'ann@example.com', email_verified: true, name: 'Ann <b>Å</b>' } },
  })
  onTestFinished(server.close)
  const { origin: issuer, confidential } = server
  const changed = await owner.json('PATCH', '/v1/identity-providers/corp', { issuer, ...confidential })
  expect(changed.status, changed.text).toBe(200)

  const context = await chromium.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const isOurs = message.location().url.startsWith(sallyport.origin)
    // Of a page of the console whose reader is not logged in yet.
    const isRefusal = /status of 401/.test(message.text())
    if (isOurs && !isRefusal && ['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  const signIn = async () => {
    await page.locator('input[name=login]').fill('ann')
    await page.locator('input[name=password]').fill('anything')
    await page.locator('button[type=submit]').click()
  }

  await page.goto(`${sallyport.origin}/login`)
  await page.getByRole('button', { name: 'Log in with Corp' }).click()
  await signIn()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Ann <b>Å</b>' }).waitFor()
  expect(page.url()).toBe(`${sallyport.origin}/account`)
  expect(await page.getByText('You log in with Corp.').count()).toBe(1)

  await page.goto(`${sallyport.origin}/login/confirm`)
  await page.getByRole('button', { name: 'Log in with Corp' }).click()
  // It asks for the password again, though she is signed in there.
  await signIn()
  await page.waitForURL(`${sallyport.origin}/account`)

  // Whoever opens an address of the console without being logged in comes back to that very address.
  await context.clearCookies({ domain: '127.0.0.1', name: 'sallyport' })
  const asked = `${sallyport.origin}/console/settings/environments?from=mail`
  await page.goto(asked)
  await page.getByRole('button', { name: 'Log in with Corp' }).click()
  await page.getByRole('heading', { level: 1, name: 'Environments' }).waitFor()
  await page.getByText('developer · First organization').waitFor()
  expect(page.url()).toBe(asked)

  const kept = await context.cookies(sallyport.origin)
  // Cookies know no ports: the provider's own are among them.
  expect(kept.map(({ name }) => name).filter((name) => !name.startsWith('_'))).toEqual(['sallyport'])
  const session = await context.newCDPSession(page)
  const { entries } = await session.send('Page.getNavigationHistory')
  for (const { url } of entries) expect(url).not.toMatch(/[?&](code|state)=/)
  expect(sallyport.logged()).not.toContain(confidential.clientSecret)
  expect(complaints).toEqual([])
})
