import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserPage, consoleBrowser, violations } from './console-browser.suite.ts'
import { keyed, oauth } from './endpoints/rest.suite.ts'
import { type OwnSallyport, startWithoutKey } from './people.suite.ts'
import { isMarkup, namesOf, strings } from './strings.suite.ts'

let provider: LoopbackProvider
let sallyport: OwnSallyport
let chrome: Awaited<ReturnType<typeof consoleBrowser>>
let owner: Awaited<ReturnType<OwnSallyport['ownersBrowser']>>

beforeAll(async () => {
  ;[provider, sallyport] = await Promise.all([
    loopbackProvider(),
    startWithoutKey({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' }),
  ])
  owner = await sallyport.ownersBrowser()
  chrome = await consoleBrowser(sallyport)
})
afterAll(() => Promise.all([chrome.close(), sallyport.close(), provider.close()]))

/** Makes something; undefined where its name is refused, as one with control characters is. */
async function make(path: string, body: object): Promise<{ readonly id: string } | undefined> {
  const reply = await owner.json('POST', path, body)
  if (reply.status === 422) return undefined
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}

/** Makes one of each name, of several strings each; the names as they are kept. */
async function makeEach(
  path: string,
  texts: readonly string[],
  bodyOf: (name: string, index: number) => object,
) {
  const made: string[] = []
  for (const name of namesOf(texts)) if (await make(path, bodyOf(name, made.length))) made.push(name.trim())
  return made
}

/** What a page has that no page of ours has of itself. */
async function foreign(page: BrowserPage): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((element) => {
      const isForeign =
        /^(?:img|iframe|object|embed|base|frame|audio|video|marquee)$/i.test(element.localName) ||
        (element instanceof HTMLScriptElement && new URL(element.src).origin !== location.origin) ||
        (element instanceof HTMLAnchorElement && !/^https?:$/.test(element.protocol)) ||
        [...element.attributes].some(({ name }) => name.startsWith('on'))
      return isForeign ? [element.outerHTML.slice(0, 200)] : []
    }),
  )
}

/** White space is as the browser shows it. */
const plain = (text: string) => text.replaceAll(/\s+/g, '')

/** What a page says once all of it is there. */
async function textOf(page: BrowserPage): Promise<string> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForFunction(() => !document.querySelector('[aria-label=Loading]'))
  expect(await foreign(page)).toEqual([])
  return plain((await page.locator('main').textContent()) ?? '')
}

/** All that the pages of a list say, one after the other. */
async function textOfAll(page: BrowserPage): Promise<string> {
  const texts: string[] = []
  const next = page.getByRole('link', { name: 'Next page' })
  for (;;) {
    texts.push(await textOf(page))
    if (!(await next.isVisible())) return texts.join('')
    const first = await page.locator('tbody a').first().getAttribute('href')
    await next.click()
    await page.waitForFunction(
      (before) => document.querySelector('tbody a')?.getAttribute('href') !== before,
      first,
    )
  }
}

interface Noun {
  readonly path: string
  /** Where it is listed, and where the first of them is shown. */
  readonly pages: readonly string[]
  readonly bodyOf: (name: string, index: number) => object
}

/** Everything that has a name of a tenant's choosing. */
const nouns: readonly Noun[] = [
  {
    path: '/v1/integrations',
    pages: ['/integrations', '/integrations/noun0'],
    bodyOf: (name, index) => keyed(provider.origin, { key: `noun${index}`, name }),
  },
  {
    path: '/v1/apps',
    pages: ['/apps', '/apps/noun0'],
    bodyOf: (name, index) => ({
      ...{ key: `noun${index}`, name },
      adapters: [{ name: 'crm', integration: 'noun0', description: name }],
    }),
  },
  {
    path: '/v1/operations',
    pages: ['/operations', '/operations/noun0'],
    bodyOf: (name, index) => ({
      ...{ key: `noun${index}`, name, description: name },
      steps: [{ name: 'nothing', kind: 'return', value: null }],
    }),
  },
  {
    path: '/v1/keys',
    pages: ['/keys'],
    bodyOf: (name) => ({ name, scopes: ['proxy:call'] }),
  },
  {
    path: '/v1/environments',
    pages: ['/settings/environments', '/settings/environments/noun0'],
    bodyOf: (name, index) => ({ key: `noun${index}`, name }),
  },
  {
    path: '/v1/roles',
    pages: ['/settings/roles', '/settings/roles/noun0'],
    bodyOf: (name, index) => ({ key: `noun${index}`, name, base: 'developer' }),
  },
]

test.each(nouns)('names of $path are text, whatever they are made of', async ({ path, pages, bodyOf }) => {
  const { page, complaints, go } = await chrome.open()
  const names = await makeEach(path, strings().filter(isMarkup), bodyOf)
  expect(names.length).toBeGreaterThan(0)
  const [list = '', ...others] = pages
  await go(list)
  const text = await textOfAll(page)
  expect(names.filter((name) => !text.includes(plain(name)))).toEqual([])
  for (const other of others) {
    await go(other)
    await page.getByRole('heading', { level: 1, name: names[0] ?? '', exact: true }).waitFor()
    await textOf(page)
  }
  expect(complaints).toEqual([])
})

test('every string there is may be in an account’s name: each is text in the list', async () => {
  const { page, complaints, go } = await chrome.open()
  await make('/v1/integrations', oauth(provider.origin, {}, { key: 'crm', name: 'CRM' }))
  const names = await makeEach('/v1/accounts', strings(), (name) => ({ integration: 'crm', name }))
  await go('/accounts?integration=crm')
  const text = await textOfAll(page)
  expect(names.filter((name) => !text.includes(plain(name)))).toEqual([])
  expect(complaints).toEqual([])
})

test('what a provider says is text in an account’s timeline', async () => {
  const { page, complaints, go } = await chrome.open()
  // No quotes: within JSON they are escaped, as what was sent is shown.
  const words = ['<svg/onload=alert(1)>', '<a href=javascript:alert(1)>here</a>', '{{7*7}}', '&lt;b&gt;']
  provider.script('POST /token', {
    status: 400,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ error: 'invalid_client', error_description: words.join(' ') }),
  })
  await make(
    '/v1/integrations',
    oauth(provider.origin, { grant: 'client_credentials' }, { key: 'erp', name: 'ERP' }),
  )
  const account = await make('/v1/accounts', { integration: 'erp', name: 'ERP', tags: { tag: words[0] } })
  await go(`/accounts/${account?.id}`)
  await page.getByText('Token asked for').first().click()
  const text = await textOf(page)
  expect(words.filter((word) => !text.includes(plain(word)))).toEqual([])
  expect(complaints).toEqual([])
})

/** Those that no walk of their section looks at. */
const others = [
  ...['/oauth-clients', '/oauth-clients/new', '/webhooks', '/webhooks/new', '/operations/import'],
  ...['/settings/roles', '/settings/sign-on', '/settings/environments', '/integrations/noun0/edit'],
]

test('pages that no other walk audits shut nobody out either', async () => {
  const { page, complaints, go } = await chrome.open()
  for (const path of others) {
    await go(path)
    await textOf(page)
    expect([path, await violations(page)]).toEqual([path, []])
  }
  expect(complaints).toEqual([])
})
