import type { IncomingMessage } from 'node:http'
import { type ConnectView, csrfToken, type LinkRefusal, type Submitted, type Visit } from '@sallyport/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cookieFrom, flowCookie } from '../http/cookies.ts'
import { isForeign } from '../http/own-pages.ts'
import { fieldName } from '../pages/connect-form.ts'
import { type ConnectPlace, connectHeaders } from '../pages/connect-layout.ts'
import {
  connectCodePage,
  connectDonePage,
  connectFormPage,
  connectOnwardPage,
  connectRefusedPage,
} from '../pages/connect-pages.ts'
import { connectScript } from '../pages/connect-script.ts'
import { accentStylesheet, connectStylesheet } from '../pages/connect-style.ts'
import { chosenLanguage, messagesIn } from '../pages/messages.ts'
import { fieldOf, type PageRequests, withForms } from './page-request.ts'

interface AtLink {
  readonly Params: { readonly id: string; readonly secret?: string }
}
type LinkRequest = FastifyRequest<AtLink>

export interface ConnectOptions {
  readonly pages: PageRequests
  /** Notes that a link was tried that is none: seconds to wait, once there were too many. */
  readonly noteGuess: (request: IncomingMessage) => number | undefined
}

const statuses = { unknown: 404, expired: 410, used: 410, elsewhere: 409, worn_out: 410 } as const
const nothing = { faults: [], given: { parameters: {}, secret: {} } }
/** Somebody who comes back to an open page within a day is known. */
const cookieSeconds = 86_400

/** The page on which people connect accounts, by a link that is good once. */
export function registerConnect(app: FastifyInstance, options: ConnectOptions): void {
  registerFiles(app)
  const { pages } = options
  // No HEAD, and nothing changes by a look: previews of links bind no browser.
  const once = { exposeHeadRoute: false }
  const show = async (request: LinkRequest, reply: FastifyReply) => {
    const visit = visitOf(pages, request)
    const view = await pages.broker.connectLinks.read(visit)
    return answer(options, { request, reply, visit }, view)
  }
  app.get<AtLink>('/connect/:id/:secret', once, show)
  app.get<AtLink>('/connect/:id', once, show)
  withForms(app, (scope) => {
    const take = async (request: LinkRequest, reply: FastifyReply) => {
      const visit = visitOf(pages, request)
      const { browser } = visit
      if (browser === undefined || !isOwnForm(pages, request, browser)) {
        const place = placeOf(pages, request)
        return reply.code(400).headers(connectHeaders).send(connectRefusedPage(place, 'cookies'))
      }
      const submitted = await pages.broker.connectLinks.submit({
        ...{ ...visit, browser, address: pages.originOf(request).address },
        language: placeOf(pages, request).messages.language,
        readValue: (field) => fieldOf(request.body, fieldName(field)),
        cookieOf: (name) => cookieFrom(request.headers.cookie, name),
      })
      return answer(options, { request, reply, visit }, submitted)
    }
    scope.post<AtLink>('/connect/:id/:secret', take)
    scope.post<AtLink>('/connect/:id', take)
  })
}

/** What the page loads: the same for everybody. */
function registerFiles(app: FastifyInstance): void {
  const file = (type: string) => ({
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'public, max-age=3600',
    'cross-origin-resource-policy': 'same-origin',
  })
  app.get('/connect/connect.css', (_, reply) => reply.headers(file('text/css')).send(connectStylesheet))
  app.get('/connect/connect.js', (_, reply) => reply.headers(file('text/javascript')).send(connectScript))
  app.get<{ Params: { colour: string } }>('/connect/accent/:colour(^[0-9a-f]{6}).css', (request, reply) =>
    reply.headers(file('text/css')).send(accentStylesheet(request.params.colour)),
  )
}

interface Exchange {
  readonly request: LinkRequest
  readonly reply: FastifyReply
  readonly visit: Visit
}

function answer(
  options: ConnectOptions,
  { request, reply, visit }: Exchange,
  view: ConnectView | Submitted,
): FastifyReply {
  const { pages } = options
  reply.headers(connectHeaders)
  if (view.kind === 'onward') return goOn(pages, { request, reply, visit }, view)
  if (view.kind === 'refused') return refuse(options, { request, reply, visit }, view)
  const place = placeOf(pages, request, view.look.language)
  const path = `${pages.base}/connect/${visit.id}`
  if (view.kind !== 'form') {
    // The address that holds the link leaves the history with this redirect.
    if (visit.secret !== undefined || request.method === 'POST')
      return reply.redirect(pages.address(`/connect/${visit.id}?lang=${place.messages.language}`), 303)
    return reply.send(view.kind === 'code' ? connectCodePage(place, view) : connectDonePage(place, view))
  }
  const browser = visit.browser ?? pages.broker.connectLinks.newBrowser()
  const isSent = 'faults' in view && (view.faults.length > 0 || view.failure !== undefined)
  const action = visit.secret === undefined || isSent ? path : `${path}/${visit.secret}`
  const sending = { ...nothing, ...view, action, csrf: csrfToken(browser) }
  return reply
    .code(isSent ? 422 : 200)
    .header('set-cookie', browserCookie(pages, visit.id, browser))
    .send(connectFormPage(place, view, sending))
}

function goOn(
  pages: PageRequests,
  { request, reply }: Exchange,
  { onward, look }: Extract<Submitted, { kind: 'onward' }>,
): FastifyReply {
  const { providerUrl, cookie } = onward
  return reply
    .header('set-cookie', flowCookie(cookie, isHttps(pages)))
    .header('refresh', `0; url=${providerUrl}`)
    .send(connectOnwardPage(placeOf(pages, request), look, providerUrl))
}

function refuse(
  { pages, noteGuess }: ConnectOptions,
  { request, reply }: Exchange,
  { refusal, look }: Extract<ConnectView, { kind: 'refused' }>,
): FastifyReply {
  const place = placeOf(pages, request)
  const seconds = isGuess(refusal) ? noteGuess(request.raw) : undefined
  if (seconds === undefined)
    return reply.code(statuses[refusal]).send(connectRefusedPage(place, refusal, look))
  return reply.code(429).header('retry-after', String(seconds)).send(connectRefusedPage(place, 'guesses'))
}

function isGuess(refusal: LinkRefusal): boolean {
  return refusal === 'unknown'
}

function visitOf({ publicUrl }: PageRequests, request: LinkRequest): Visit {
  const { id, secret } = request.params
  return { id, secret, browser: cookieFrom(request.headers.cookie, cookieName(id, publicUrl)) }
}

/** Sent by a page of ours, in the browser that was shown it: no other site can have somebody begin. */
function isOwnForm({ publicUrl }: PageRequests, request: LinkRequest, browser: string): boolean {
  const { headers } = request
  const isOther = headers['sec-fetch-site'] !== undefined && isForeign(headers, publicUrl) === true
  return !isOther && fieldOf(request.body, 'csrf') === csrfToken(browser)
}

function placeOf(pages: PageRequests, request: LinkRequest, before?: string): ConnectPlace {
  const asked = fieldOf(request.query, 'lang')
  const language = chosenLanguage([asked, before], request.headers['accept-language'])
  return { base: pages.base, messages: messagesIn(language) }
}

/** Of this link alone, so that it is sent with nothing else. */
function browserCookie(pages: PageRequests, id: string, value: string): string {
  const cookie = { name: cookieName(id, pages.publicUrl), value, path: `${pages.base}/connect/${id}` }
  return flowCookie(cookie, isHttps(pages), cookieSeconds)
}

function cookieName(id: string, publicUrl: string): string {
  return `${publicUrl.startsWith('https:') ? '__Secure-' : ''}sp_${id.slice(-8)}`
}

function isHttps({ publicUrl }: PageRequests): boolean {
  return publicUrl.startsWith('https:')
}
