import { type CookieJar, cookieJar } from './cookie-jar.ts'
import { formIn, type HtmlForm } from './html-form.ts'
import { type Page, visit } from './visit.ts'

/** Who walks, and how. */
export interface WalkOptions {
  /** Typed into every text field. */
  login: string
  /** Typed into every password field. */
  password?: string
  /** Which button to press where there is a choice. */
  decision?: 'allow' | 'deny'
  /** Cookies brought along and kept; a fresh jar unless given. */
  jar?: CookieJar
  /** The walk ends before it asks this address for anything. */
  stopAt?: (url: URL) => boolean
  /** Certificate to trust, for servers with one of their own. */
  ca?: string
}

/** Where a walk ended: at a page, or before an address it was not to enter. */
export type WalkEnd = { url: URL; page: Page } | { url: URL; page: undefined }

/**
 * Follows redirects and fills in each form, as a person does, across origins and with one cookie jar,
 * until there is a page without a form, an error, or an address at which to stop.
 */
export async function walkOverHttp(startUrl: string, options: WalkOptions): Promise<WalkEnd> {
  const jar = options.jar ?? cookieJar()
  let url = new URL(startUrl)
  let form: URLSearchParams | undefined

  for (let steps = 0; steps < 30; steps += 1) {
    if (options.stopAt?.(url)) return { url, page: undefined }
    const page = await visit(url, { jar, form, ca: options.ca })
    const next = nextStep(page, form, options)
    if (!next) return { url, page }
    url = next.url
    form = next.form
  }
  throw new Error(`The walk from ${startUrl} goes in circles; it is at ${url.href}.`)
}

/**
 * Signs in and consents at a provider, and returns the address to which it then sends the browser.
 *
 * @example
 * const callback = new URL(await signInOverHttp(authorizationUrl, { login: 'ann' }))
 * callback.searchParams.get('code')
 */
export async function signInOverHttp(
  authorizationUrl: string,
  options: Omit<WalkOptions, 'stopAt'>,
): Promise<string> {
  const { origin } = new URL(authorizationUrl)
  const { url, page } = await walkOverHttp(authorizationUrl, {
    ...options,
    stopAt: (at) => at.origin !== origin,
  })
  if (page)
    throw new Error(`The sign-in ended at ${url.href} with ${page.status}: ${textOf(page).slice(0, 500)}`)
  return url.href
}

function nextStep(page: Page, sent: URLSearchParams | undefined, options: WalkOptions) {
  const { location } = page.headers
  if (page.status >= 300 && page.status < 400 && location !== undefined) {
    const keepsMethod = page.status === 307 || page.status === 308
    return { url: new URL(location, page.url), form: keepsMethod ? sent : undefined }
  }
  const form = page.status < 300 ? formIn(page.body) : undefined
  if (!form) return undefined

  if (options.decision === 'deny' && !form.buttons.some(({ value }) => value === 'deny')) {
    const way = /href="([^"]*\/abort)"/.exec(page.body)?.[1]
    if (way !== undefined && form.typed.length === 0) return { url: new URL(way, page.url), form: undefined }
  }
  return submitted(form, page, options)
}

function submitted(
  form: HtmlForm,
  page: Page,
  { login, password = 'password', decision = 'allow' }: WalkOptions,
) {
  const fields = new URLSearchParams([...form.fields])
  for (const name of form.typed) fields.set(name, /pass/i.test(name) ? password : login)
  const button = form.buttons.find(({ value }) => value === decision) ?? form.buttons[0]
  if (button) fields.set(button.name, button.value)

  const url = new URL(form.action, page.url)
  if (form.method === 'POST') return { url, form: fields }
  url.search = fields.toString()
  return { url, form: undefined }
}

function textOf({ body }: Page): string {
  return body.replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ').replace(/\s+/g, ' ')
}
