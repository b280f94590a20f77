import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appsScene } from './apps-console.suite.ts'
import { naughty } from './console.suite.ts'
import { type BrowserPage, consoleBrowser, viewports } from './console-browser.suite.ts'
import { owner } from './people.suite.ts'

let scene: Awaited<ReturnType<typeof appsScene>>
let chrome: Awaited<ReturnType<typeof consoleBrowser>>

beforeAll(async () => {
  scene = await appsScene()
  chrome = await consoleBrowser(scene.sallyport, ['app wide light', 'key-shown narrow dark'])
  await chrome.loggedIn.grantPermissions(['clipboard-read', 'clipboard-write'])
})
afterAll(async () => {
  await Promise.all([chrome.close(), scene.close()])
})

const run = promisify(execFile)

/** What a text beside its tab says. */
async function snippet(page: BrowserPage, tab: string): Promise<string> {
  await page.getByRole('tab', { name: tab }).click()
  return page.getByRole('region', { name: `Snippet for ${tab}` }).innerText()
}

/** What a program prints that is the snippet, with its environment as the other snippet has it. */
async function printed(program: string, environment: string): Promise<string> {
  const variables = Object.fromEntries(
    environment
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { env: variables })
  return stdout
}

test('from a new app to a call: adapters are bound in the matrix, settings promoted, and each snippet gets the API’s answer', async () => {
  const { page, complaints, go, heading, press } = await chrome.open()
  await go('/apps')
  await heading('Apps')
  await page.getByRole('link', { name: 'New app' }).click()
  await heading('New app')
  await page.getByLabel('Name').first().fill('Shop')
  await page.getByLabel('Key', { exact: false }).first().fill('the shop')
  await page.getByRole('group', { name: 'Adapter 1' }).getByLabel('Name').fill('crm')
  await page.getByRole('group', { name: 'Adapter 1' }).getByLabel('Integration').fill('crm')
  await press('Make the app')
  await page.getByText('must be 1 to 64 letters and digits').first().waitFor()
  await page.getByLabel('Key', { exact: false }).first().fill('shop')
  await press('Make the app')
  await heading('Shop')

  await press('Bind crm in dev')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('There are more.').waitFor()
  await dialog.getByLabel('Search').fill('sample')
  await dialog.getByLabel('Search').press('Enter')
  await dialog.getByRole('radio', { name: 'Sample customers' }).check()
  await press('Bind it')
  await page.getByRole('cell').getByRole('link', { name: 'Sample customers' }).waitFor()
  await press('Change profile dev')
  await press('Add a setting')
  await dialog.getByLabel('Name of setting 1').fill('region')
  await dialog.getByLabel('Value of setting 1').fill('eu')
  await press('Save')
  await page.getByText('1 setting').waitFor()

  await page.getByRole('link', { name: 'Compare profiles' }).click()
  await heading('Compare profiles')
  await page.getByText('Missing in qa').waitFor()
  await press('Promote dev…')
  await dialog.getByText('qa keeps the accounts that it binds. Not bound afterwards: crm.').waitFor()
  expect(await dialog.getByRole('row', { name: 'region' }).innerText()).toMatch(/region\s+not set\s+eu/)
  await press('Promote to qa')
  await page.getByText('Both have the same settings.').waitFor()

  await page.getByRole('link', { name: 'Shop' }).click()
  await page.getByRole('link', { name: 'New key' }).click()
  await heading('New key')
  await page.getByLabel('Name').fill('Till')
  scene.sallyport.clock.advance(601_000)
  await press('Make the key')
  await page.getByLabel('Your password').fill(owner.password)
  await press('Confirm and go on')
  await heading('The new key')
  const key = await page.getByRole('region', { name: 'The key Till' }).locator('code').innerText()
  expect(key).toMatch(/^sp_development_/)
  await chrome.lookAt(page, 'key-shown')

  const curl = await snippet(page, 'curl')
  await press('Copy for curl')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(curl)
  const environment = await snippet(page, 'Environment')
  const answers = await Promise.all([
    run('sh', ['-c', curl]).then(({ stdout }) => stdout),
    printed(await snippet(page, 'fetch'), environment),
  ])
  const [direct = '', byProgram = ''] = answers
  expect(JSON.parse(direct)).toMatchObject({})
  expect(byProgram).toBe(`200 ${direct}\n`)
  expect(
    scene.provider
      .received('GET /keyed/me')
      .slice(-2)
      .map(({ headers }) => headers['x-api-key']),
  ).toEqual([...['key', 'key']])
  expect(complaints).toEqual([])
})

test('a key is rotated while both secrets work, the one before is ended, and a revoked key is refused', async () => {
  const { page, complaints, go, heading, press } = await chrome.open()
  const later = () => scene.sallyport.clock.advance(1000)
  const before = scene.robot
  await go('/keys?q=robot')
  await heading('API keys')
  await page.getByRole('link', { name: 'Robot' }).click()
  await heading('Robot')
  await press('Rotate…')
  await press('Make a new secret')
  const shown = page.getByRole('region', { name: 'The key Robot' })
  const after = await shown.locator('code').innerText()
  await page.getByText('Two secrets work').waitFor()
  expect(await Promise.all([scene.call(before, 'customers'), scene.call(after, 'customers')])).toEqual([
    200, 200,
  ])
  await chrome.lookAt(page, 'key')
  await page.setViewportSize(viewports.wide)
  await press('End the secret before…')
  await press('End it')
  await page.getByText('Two secrets work').waitFor({ state: 'detached' })
  later()
  expect(await Promise.all([scene.call(before, 'customers'), scene.call(after, 'customers')])).toEqual([
    401, 200,
  ])
  await press('Revoke…')
  await press('Revoke')
  await heading('API keys')
  await page.getByRole('link', { name: 'Billing in production' }).waitFor()
  expect(await page.getByRole('link', { name: 'Robot' }).count()).toBe(0)
  later()
  expect(await scene.call(after, 'customers')).toBe(401)
  expect(complaints).toEqual([])
})

test('a key of the organization is limited to an account that is found by name, and its first call is of that account', async () => {
  const { page, complaints, go, heading, press } = await chrome.open()
  await go('/keys/new')
  await page.getByLabel('Name').fill('Report')
  await press('Limit it to an account')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Search').fill('rehearsal')
  await dialog.getByLabel('Search').press('Enter')
  await dialog.getByRole('radio', { name: 'Rehearsal' }).check()
  await press('Add it')
  await page.getByLabel('Addresses').fill('10.0.0.0/8\nnowhere')
  await press('Make the key')
  await page.getByText(/^nowhere: /).waitFor()
  await page.getByLabel('Addresses').fill('')
  await press('Make the key')
  await heading('The new key')
  const key = await page.getByRole('region', { name: 'The key Report' }).locator('code').innerText()
  const curl = await snippet(page, 'curl')
  expect(curl).toContain(`/proxy/${scene.ids.rehearsal}/me'`)
  const called = await Promise.all([scene.call(key, scene.ids.rehearsal), scene.call(key, scene.ids.sample)])
  expect(called).toEqual([200, 404])
  await page.getByRole('link', { name: 'Go on to Report' }).click()
  await press('Change')
  await page.getByRole('dialog').getByLabel('Name').fill('Monthly report')
  await press('Save')
  await heading('Monthly report')
  expect(complaints).toEqual([])
})

test('what a role refuses is not offered: whoever only reads apps sees the matrix, and nothing to change it', async () => {
  const { page, complaints, go, heading } = await chrome.open()
  await page.route('**/v1/users/me', async (route) => {
    const reply = await route.fetch()
    const body = { ...(await reply.json()), scopes: ['apps:read', 'accounts:read'] }
    await route.fulfill({ response: reply, json: body })
  })
  await go('/apps/billing')
  await heading('Billing')
  await page.getByRole('cell').getByRole('link', { name: 'All customers' }).waitFor()
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
  expect(await page.getByRole('heading', { name: 'Keys' }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0)
  expect(complaints).toEqual([])
})

test('each page of apps and keys is labelled, in contrast, and fits the window, with names that would run as markup in it', async () => {
  const { page, complaints, go, heading, press } = await chrome.open()
  await go('/apps?q=billing')
  await page.getByRole('link', { name: 'Billing' }).waitFor()
  await chrome.lookAt(page, 'apps')
  await go('/apps/billing')
  await page.getByText('It has to be connected again: calls are refused.').waitFor()
  await page.getByRole('link', { name: 'Billing in production' }).waitFor()
  await chrome.lookAt(page, 'app')
  await page.setViewportSize(viewports.wide)
  await press('Change profile dev')
  await chrome.lookAt(page, 'profile')
  await go('/apps/billing/compare?from=dev&with=prod')
  await page.getByText('Missing in prod').waitFor()
  await chrome.lookAt(page, 'compare')
  await press('Copy dev…')
  await page.getByText('prod is of another environment').waitFor()
  await go('/keys/new?app=billing&profile=dev')
  await page.getByLabel('Profile').waitFor()
  await chrome.lookAt(page, 'new-key')
  await go('/keys')
  await page.getByRole('link', { name: 'Billing in production' }).waitFor()
  await chrome.lookAt(page, 'keys')
  await go('/apps/odd')
  await heading(naughty)
  await page.getByRole('cell').getByRole('link', { name: naughty }).waitFor()
  await page.getByRole('columnheader', { name: naughty }).waitFor()
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
  expect(await overflow()).toBe(false)
  await page.setViewportSize(viewports.wide)
  await press('Change profile dev')
  expect(await page.getByLabel('Value of setting 1').inputValue()).toBe(naughty)
  await go('/apps/odd/compare?from=dev&with=qa')
  await page.locator('code', { hasText: naughty }).waitFor()
  expect(await page.evaluate(() => document.querySelectorAll('img, iframe, script:not([src])').length)).toBe(
    0,
  )
  expect(complaints).toEqual([])
})

test('by keyboard alone an account is bound, and an adapter gets another name; what keys hold is not deleted, and they are named', async () => {
  const { page, complaints, go, heading, press, tabTo } = await chrome.open()
  await go('/apps/billing')
  await heading('Billing')
  await page.getByText('All customers').waitFor()
  await tabTo(/^Bind mail in prod/)
  await page.keyboard.press('Enter')
  await page.getByText('There is no account of mail in production yet.').waitFor()
  await page.keyboard.press('Escape')
  await tabTo(/^Change customers in dev/)
  await page.keyboard.press('Enter')
  await page.getByRole('radio').first().waitFor()
  await page.keyboard.type('tenant 13')
  await page.keyboard.press('Enter')
  await page.getByRole('radio', { name: 'Tenant 13' }).waitFor()
  await tabTo(/^Tenant 13/)
  await page.keyboard.press('Space')
  await tabTo(/^Bind it$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('cell').getByRole('link', { name: 'Tenant 13' }).waitFor()
  await press('Change adapter mail')
  await page.getByRole('dialog').getByLabel('Name').fill('post')
  await press('Save')
  await page.getByRole('cell').getByRole('button', { name: 'Change post in dev' }).waitFor()
  await press('Delete…')
  await press('Delete')
  await page.getByRole('alert').getByText('Billing in production').waitFor()
  expect(complaints).toEqual([])
})
