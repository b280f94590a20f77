import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { naughty } from './console.suite.ts'
import { type BrowserPage, consoleBrowser } from './console-browser.suite.ts'
import { owner, startWithoutKey } from './people.suite.ts'

let sallyport: Awaited<ReturnType<typeof startWithoutKey>>
let chrome: Awaited<ReturnType<typeof consoleBrowser>>
let open: typeof chrome.open
let lookAt: typeof chrome.lookAt

beforeAll(async () => {
  sallyport = await startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  await sallyport.ownersBrowser()
  chrome = await consoleBrowser(sallyport, ['settings-people wide light'])
  ;({ open, lookAt } = chrome)
})
afterAll(async () => {
  await Promise.all([chrome.close(), sallyport.close()])
})

const field = (page: BrowserPage, name: string) => page.getByRole('textbox', { name, exact: true })

const grace = { name: naughty, email: 'grace@example.com', password: 'a password of some length' }

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
  await press('Suspend…')
  await page.getByRole('dialog', { name: `Suspend ${grace.name}?` }).waitFor()
  await press('Suspend')
  await page.getByText('Suspended').waitFor()
  await press('Remove…')
  await press('Remove')
  await heading('People')
  expect(await page.getByRole('link', { name: grace.name }).count()).toBe(0)
  expect(complaints).toEqual([])
})
