import { loopbackProvider } from '@sallyport/testkit'
import { expect } from 'vitest'
import { keyed, newKey, oauth, rest } from './endpoints/rest.suite.ts'
import { csrfIn, type Fields, type PageReply, type TestBrowser, testBrowser } from './people.suite.ts'
import { startSallyport } from './sallyport.suite.ts'

export const test = { method: 'GET', path: '/me' }
export const returnUrl = 'https://app.example/connected?from=sallyport'

/** A Sallyport, a provider, and somebody who makes links. */
export async function connectScene<Time extends { now(): number }>(clock: Time) {
  const provider = await loopbackProvider({ clock })
  const sallyport = await startSallyport({ SALLYPORT_INVALID_KEYS_PER_MINUTE: '50' }, undefined, clock)
  const api = rest(sallyport)
  await api.patch('/v1/environments/development', { returnUrls: [returnUrl] })
  const define = async (definition: object) => {
    const key = newKey()
    const reply = await api.post('/v1/integrations', { key, name: 'Some API', ...definition })
    expect(reply.status, reply.text).toBe(201)
    return key
  }
  return {
    ...{ clock, provider, sallyport, api, define },
    keyed: (fields: object = {}) => define(keyed(provider.origin, { test, ...fields })),
    oauth: (auth: object = {}, fields: object = {}) =>
      define(oauth(provider.origin, { ...auth }, { ...fields })),
    browser: () => testBrowser(sallyport.origin),
    async link(integration: string, fields: object = {}): Promise<Link> {
      const reply = await api.post('/v1/connect-links', { integration, ...fields })
      expect(reply.status, reply.text).toBe(201)
      return { ...reply.body, path: new URL(reply.body.url).pathname }
    },
    accounts: async (integration: string) =>
      (await api.get(`/v1/accounts?integration=${integration}`)).body.items as readonly Account[],
    async close() {
      await Promise.all([sallyport.close(), provider.close()])
    },
  }
}

export interface Link {
  readonly id: string
  readonly url: string
  readonly path: string
  readonly expiresAt: string
}

export interface Account {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly generation: number
}

/** What a person does who opens a link's page and sends its form in; then what they see. */
export async function fillIn(browser: TestBrowser, path: string, fields: Fields = {}): Promise<PageReply> {
  const page = await browser.get(path)
  const csrf = csrfIn(page.text)
  if (csrf === undefined) return page
  const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1] ?? ''
  return followed(browser, await browser.post(action, { csrf, ...fields }))
}

/** The page that a redirect of ours leads to. */
export async function followed(browser: TestBrowser, reply: PageReply): Promise<PageReply> {
  const location = reply.headers.get('location')
  return location?.includes('/connect/cnl_') ? browser.get(location) : reply
}

/** The heading, without markup. */
export function headingOf({ text }: PageReply): string {
  return plain(/<h1>(.*?)<\/h1>/s.exec(text)?.[1] ?? '')
}

/** What is said of what went wrong, without markup. */
export function alertOf({ text }: PageReply): string {
  return plain(/<div class="alert" role="alert">(.*?)<\/div>/s.exec(text)?.[1] ?? '')
}

/** What stands beside a field. */
export function faultOf({ text }: PageReply, name: string): string {
  return new RegExp(`id="${name}-fault">(.*?)</p>`).exec(text)?.[1] ?? ''
}

/** What the page hands to whoever asked. */
export function handedOver({ text }: PageReply): { account?: string; result?: string; origin?: string } {
  const told = [...text.matchAll(/data-(account|result|origin)="([^"]*)"/g)]
  return Object.fromEntries(told.map(([, name, value]) => [name, value]))
}

/** Where a page sends the browser on to by itself. */
export function onwardOf({ headers }: PageReply): string {
  return headers.get('refresh')?.replace(/^0; url=/, '') ?? ''
}

function plain(html: string): string {
  return html.replaceAll(/<[^>]*>/g, '')
}

/** Through the provider's page, and back. */
export async function authorized(browser: TestBrowser, providerUrl: string) {
  const consent = await fetch(providerUrl, { redirect: 'manual' })
  const callback = await browser.get(consent.headers.get('location') ?? '')
  return followed(browser, callback)
}

export const token = (value: string) => ({ 'secret.token': value })
