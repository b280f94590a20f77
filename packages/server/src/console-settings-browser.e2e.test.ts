import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { authenticatorCode } from './authenticator.suite.ts'
import { naughty } from './console.suite.ts'
import { type BrowserPage, consoleBrowser, viewports } from './console-browser.suite.ts'
import { keyed } from './endpoints/rest.suite.ts'
import { owner, startWithoutKey } from './people.suite.ts'

let sallyport: Awaited<ReturnType<typeof startWithoutKey>>
let chrome: Awaited<ReturnType<typeof consoleBrowser>>
let open: typeof chrome.open
let lookAt: typeof chrome.lookAt
const grace = { name: naughty, email: 'grace@example.com', password: 'a password of some length' }
const colleagues = [
  ['Charles Babbage', 'charles@example.com', 'admin'],
  ['Mary Somerville', 'mary@example.com', 'developer'],
] as const

/** Makes something that a test needs, behind the console's back. */
let make: (path: string, body: unknown) => Promise<Readonly<Record<string, string>>>

beforeAll(async () => {
  sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  const browser = await sallyport.ownersBrowser()
  make = async (path, body) => {
    const reply = await browser.json('POST', path, body)
    expect(reply.status, reply.text).toBe(201)
    return reply.body
  }
  for (const [name, email, role] of colleagues) {
    const { url = '' } = await make('/v1/invitations', { email, role })
    await sallyport.browser().post(new URL(url).pathname, { name, password: grace.password })
  }
  chrome = await consoleBrowser(sallyport, ['settings-people wide light', 'settings-encryption wide dark'])
  open = chrome.open
  lookAt = async (page, name) => {
    await chrome.lookAt(page, name)
    await page.setViewportSize(viewports.wide)
  }
})
afterAll(async () => {
  await Promise.all([chrome.close(), sallyport.close()])
})

const field = (page: BrowserPage, name: string) => page.getByRole('textbox', { name, exact: true })

test('somebody is invited with a role made here, accepts in another browser, and is offered what that role may alone', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/settings')
  await heading('Settings')
  await lookAt(page, 'settings')
  await page.getByRole('link', { name: 'Roles', exact: true }).click()
  await heading('Roles')
  await page.getByRole('link', { name: 'Make a role' }).click()
  await heading('Make a role')
  await press('Make it')
  await field(page, 'Key').and(page.locator('[aria-invalid=true]')).waitFor()
  await field(page, 'Name').fill('Looker')
  await field(page, 'Key').fill('looker')
  await page.getByLabel('Made of').selectOption('auditor')
  await page.getByLabel('See the audit').uncheck()
  await lookAt(page, 'settings-role')
  await press('Make it')
  await heading('Looker')
  expect(await page.getByLabel('See the audit').isChecked()).toBe(false)
  await go('/settings/people')
  await heading('People')
  await field(page, 'E-mail address').fill('grace')
  await press('Invite')
  await page.getByText('Write an e-mail address').waitFor()
  await field(page, 'E-mail address').fill(grace.email)
  await page.getByLabel('Role').selectOption('looker')
  await press('Invite')
  const shown = page.getByRole('region', { name: `The address for ${grace.email}` })
  const address = (await shown.locator('code').textContent()) ?? ''
  await page.getByRole('button', { name: `Withdraw the invitation of ${grace.email}` }).waitFor()
  await lookAt(page, 'settings-people')

  const hers = await chrome.chromium.newContext()
  onTestFinished(() => hers.close())
  const her = await open(hers)
  await her.page.goto(address)
  await her.page.getByLabel('Your name').fill(grace.name)
  await her.page.getByLabel('New password').fill(grace.password)
  await her.page.getByRole('button').click()
  await her.page.getByRole('link', { name: 'The console' }).click()
  await her.heading('Overview')
  await her.go('/settings')
  await her.heading('Settings')
  expect(await her.page.getByRole('main').getByRole('link').allInnerTexts()).not.toContain('People')
  await her.go('/settings/people')
  await her.page.getByRole('alert').first().waitFor()
  expect(her.complaints).toEqual([])

  await page.reload()
  await page.getByRole('link', { name: grace.name, exact: true }).click()
  await heading(grace.name)
  await page.getByLabel('Role').selectOption('operator')
  sallyport.clock.advance(601_000)
  await press('Save')
  // Nothing of it is lost by the proof that it asks for.
  await page.getByLabel('Your password').fill(owner.password)
  await page.keyboard.press('Enter')
  await page.getByText('Saved. With another role').waitFor()
  await her.page.reload()
  await her.page.getByRole('heading', { name: 'Log in' }).waitFor()
  await lookAt(page, 'settings-person')
  await press('Suspend…')
  await page.getByRole('dialog', { name: `Suspend ${grace.name}?` }).waitFor()
  await press('Suspend')
  await page.getByText('Suspended').waitFor()
  await press('Remove…')
  await press('Remove')
  await heading('People')
  await page.getByRole('link', { name: grace.name }).waitFor({ state: 'detached' })
  expect(complaints).toEqual([])
})

test('a fault stands beside its field, whatever stands in the way of deleting is said, and odd names are shown as they are', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/settings/environments')
  await heading('Environments')
  await page.getByRole('link', { name: 'Make an environment' }).click()
  await heading('Make an environment')
  await field(page, 'Name').fill(naughty)
  await field(page, 'Key').fill('staging')
  await field(page, 'Return addresses').fill('https://app.example.com/done\n\nnot an address')
  await press('Make it')
  await page.getByText('not an address: Give an absolute http or https address').waitFor()
  expect(await field(page, 'Return addresses').getAttribute('aria-invalid')).toBe('true')
  await lookAt(page, 'settings-environment')
  await field(page, 'Return addresses').fill('https://app.example.com/done')
  await press('Make it')
  await heading(naughty)
  await make('/v1/integrations', { key: 'maps', name: naughty, ...keyed('https://maps.example.com') })
  const account = { integration: 'maps', environment: 'staging', name: naughty, secret: { token: 'key' } }
  await make('/v1/accounts', account)
  await press('Delete…')
  await page.getByRole('dialog', { name: `Delete ${naughty}?` }).waitFor()
  await press('Delete')
  await page.getByRole('alert').getByText('Accounts live in this environment').waitFor()
  await go('/settings/environments')
  await page.getByRole('link', { name: naughty, exact: true }).waitFor()
  await go('/settings/organization')
  await field(page, 'Name').fill('Analytical engines')
  await press('Save')
  await page.getByText('owner · Analytical engines').waitFor()
  await field(page, 'Name of the new organization').fill(naughty)
  await press('Make it')
  await page.getByRole('region', { name: `The first key of ${naughty}` }).waitFor()
  await press(`Suspend… ${naughty}`)
  await press('Suspend')
  await page.getByRole('button', { name: `Delete… ${naughty}` }).waitFor()
  await lookAt(page, 'settings-organization')
  expect(await page.evaluate(() => document.querySelectorAll('img, iframe, script:not([src])').length)).toBe(
    0,
  )
  expect(complaints).toEqual([])
})

test('all accounts that match are revoked after a question that says how many, and it is followed to its end', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/settings/revocations')
  await heading('Revoke many accounts')
  await press('Count them…')
  await page.getByRole('alert').first().waitFor()
  await lookAt(page, 'settings-revocations')
  await page.getByLabel('Environment').selectOption('staging')
  await press('Count them…')
  const question = page.getByRole('dialog', { name: 'Disconnect 1 account?' })
  await question.getByText('names no way to tell the provider').waitFor()
  await press('Disconnect 1 account')
  await heading('Revocation')
  await sallyport.runDue()
  await page.getByText('1 of 1 accounts').waitFor()
  await page.getByLabel('Show').selectOption('unsupported')
  await page.getByRole('cell', { name: 'No way to tell the provider' }).waitFor()
  await lookAt(page, 'settings-revocation')
  await go('/settings/revocations')
  await page.getByRole('link', { name: 'environment staging' }).waitFor()
  expect(complaints).toEqual([])
})

test('a provider for single sign-on is written down with its faults beside their fields, and its secret is never shown', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/settings/sign-on/new')
  await heading('Add a provider')
  await field(page, 'Name').fill(naughty)
  await field(page, 'Key').fill('corp')
  await field(page, 'Issuer').fill('https://login.example.com/?x=y')
  await field(page, 'Client id').fill('sallyport')
  await page.getByLabel('Client secret').fill('a secret of the provider')
  await page.getByLabel('Domains of new people').fill('example.com\n*.example.com')
  await press('Add it')
  await page.getByText('*.example.com: This must be a domain such as example.com').waitFor()
  await page.getByLabel('Domains of new people').fill('example.com')
  await press('Add it')
  await field(page, 'Issuer').and(page.locator('[aria-invalid=true]')).waitFor()
  expect(await field(page, 'Name').inputValue()).toBe(naughty)
  await field(page, 'Issuer').fill('https://login.example.com')
  await press('Add it')
  await heading(naughty)
  await page.getByText('One is stored, and never shown.').waitFor()
  expect(await page.getByLabel('Client secret').inputValue()).toBe('')
  await page.getByText(/\/login\/sso\/idp_[^/]*\/callback$/).waitFor()
  await lookAt(page, 'settings-provider')
  await field(page, 'Client id').fill('another')
  await press('Save')
  await page.getByText('Saved. Log-ins under way').waitFor()
  await press('Delete…')
  await press('Delete')
  await heading('Single sign-on')
  await page.getByText('everybody logs in with a password').waitFor()
  expect(complaints).toEqual([])
})

test('what is defined is saved as a file, and a file is imported after it was told what would happen', async () => {
  const { page, complaints, go, heading, press } = await open()
  await go('/settings/transfer')
  await heading('Export and import')
  const [saved] = await Promise.all([page.waitForEvent('download'), press('Save the export')])
  expect(saved.suggestedFilename()).toBe('sallyport.json')
  const document = JSON.parse(readFileSync(await saved.path(), 'utf8'))
  expect(document.format).toBe('sallyport-export-1')
  const choose = (text: string) =>
    page.getByLabel('A file that an export has saved').setInputFiles({
      name: 'x.json',
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    })
  await choose('{')
  await page.getByText('This file is no JSON.').waitFor()
  const environments = [...document.environments, { key: 'imported', name: naughty, returnUrls: [] }]
  await choose(JSON.stringify({ ...document, environments }))
  await press('Tell what would happen')
  await page.getByText(/^It would be so: 1 made, 0 changed/).waitFor()
  await press('Import')
  await page.getByText(/^Imported: 1 made/).waitFor()
  await press('Make a key')
  await page.getByText(/^age1/).waitFor()
  await lookAt(page, 'settings-transfer')
  await go('/settings/backup')
  await page.getByText('sallyport backup /backups/sallyport.gz').waitFor()
  await lookAt(page, 'settings-backup')
  expect(complaints).toEqual([])
})

test('a rotation is begun by keyboard, and its progress is shown until the old key is destroyed', async () => {
  const { page, complaints, go, heading, press, tabTo } = await open()
  await go('/settings/encryption')
  await heading('Encryption keys')
  await page.getByLabel(/^Keep the old key/).selectOption('no longer than needed')
  await tabTo(/^Rotate…$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Seal everything with a new key?' }).waitFor()
  await tabTo(/^Rotate$/)
  await page.keyboard.press('Enter')
  const bar = page.getByRole('progressbar', { name: 'Sealing anew' })
  await bar.waitFor()
  // A pass goes on by itself between two of these.
  const goOnUntil = async (end: ReturnType<typeof page.getByRole>) => {
    for (let pass = 0; pass < 40 && !(await end.isVisible()); pass += 1) {
      await sallyport.runDue()
      sallyport.clock.advance(10_000)
    }
    await end.waitFor()
  }
  await goOnUntil(page.getByRole('cell', { name: 'Done', exact: true }))
  await page.getByRole('cell', { name: 'Destroyed' }).waitFor()
  await press('Rotate…')
  await press('Rotate')
  await goOnUntil(page.getByRole('progressbar', { name: 'Everything is sealed anew' }))
  await page.clock.setFixedTime(sallyport.clock.now())
  await page.reload()
  await page.getByRole('progressbar', { name: 'Everything is sealed anew' }).waitFor()
  await lookAt(page, 'settings-encryption')
  expect(complaints).toEqual([])
})

test('one’s own name, password, authenticator and sessions are changed on one’s own page', async () => {
  const { page, complaints, go, heading, press } = await open()
  const elsewhere = await chrome.chromium.newContext()
  onTestFinished(() => elsewhere.close())
  const other = await open(elsewhere)
  await chrome.logIn(other.page, '/console/settings')
  await go('/')
  await page.getByRole('link', { name: 'Your account' }).click()
  await heading('Your account')
  await field(page, 'Name').fill('')
  await press('Save')
  await field(page, 'Name').and(page.locator('[aria-invalid=true]')).waitFor()
  await field(page, 'Name').fill(owner.name)
  await press('Save')
  await page.getByText('Saved.').waitFor()
  await page.getByRole('cell', { name: 'This browser' }).waitFor()
  await lookAt(page, 'me')
  await press('End all others…')
  await press('End all others')
  await page.getByRole('button', { name: 'End all others…' }).waitFor({ state: 'detached' })
  await other.page.reload()
  await other.page.getByRole('heading', { name: 'Log in' }).waitFor()
  await page.getByLabel('Current password').fill(owner.password)
  await page.getByLabel('New password').fill('short')
  await press('Change the password')
  await page.getByLabel('New password').and(page.locator('[aria-invalid=true]')).waitFor()
  await page.getByLabel('New password').fill(`${owner.password}, again`)
  await press('Change the password')
  await page.getByText('All your other sessions have ended.').waitFor()
  sallyport.clock.advance(601_000)
  await press('Set up an authenticator')
  await page.getByLabel('Your password').fill(`${owner.password}, again`)
  await press('Confirm and go on')
  await page.getByRole('img', { name: /QR code/ }).waitFor()
  const secret = (await page.locator('code').filter({ hasText: / / }).innerText()).replaceAll(' ', '')
  await lookAt(page, 'me-authenticator')
  await field(page, 'Code').fill(authenticatorCode(secret, sallyport.clock.now()))
  await press('Set up')
  const codes = page.getByRole('region', { name: 'Recovery codes' }).getByRole('listitem')
  await codes.first().waitFor()
  expect(await codes.count()).toBe(10)
  await page.getByText('10 recovery codes are left.').waitFor()
  expect(complaints).toEqual([])
})
