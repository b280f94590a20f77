import type { IncomingMessage } from 'node:http'
import {
  type ActingSession,
  type Broker,
  csrfToken,
  type LoggedIn,
  type LoginOrigin,
  SallyportError,
  type Secret,
} from '@sallyport/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { useOf } from '../http/callers.ts'
import { clientNetwork } from '../http/client-address.ts'
import { requireOwnPage } from '../http/own-pages.ts'
import { returnAddress } from '../http/return-path.ts'
import { SessionCookies } from '../http/session-cookies.ts'
import { ownPageHeaders } from '../pages/layout.ts'
import type { OwnSession } from './handlers.ts'

/** What the pages of people are served with. */
export interface PageOptions {
  readonly broker: Broker
  readonly publicUrl: string
  /** Where a request comes from. */
  readonly addressOf: (request: IncomingMessage) => string
}

/** Somebody who is logged in, and what their browser showed for it. */
export interface Visitor extends ActingSession {
  readonly token: string
  readonly csrf: string
}

const longestForm = 16_384
const formType = 'application/x-www-form-urlencoded'

/** What a request to a page is, and how it is answered. */
export class PageRequests {
  readonly broker: Broker
  readonly publicUrl: string
  /** Path of the public address, without a slash at its end. */
  readonly base: string
  readonly cookies: SessionCookies
  readonly #addressOf: PageOptions['addressOf']

  constructor({ broker, publicUrl, addressOf }: PageOptions) {
    this.broker = broker
    this.publicUrl = publicUrl
    this.base = new URL(publicUrl).pathname.replace(/\/$/, '')
    this.cookies = new SessionCookies(publicUrl)
    this.#addressOf = addressOf
  }

  originOf(request: FastifyRequest): LoginOrigin {
    const address = this.#addressOf(request.raw)
    const knownBrowser = this.cookies.knownBrowser(request.headers.cookie)
    return {
      address,
      network: clientNetwork(address),
      userAgent: request.headers['user-agent'],
      knownBrowser,
    }
  }

  /** Who is logged in. @throws SallyportError session_invalid */
  async visitor(request: FastifyRequest): Promise<Visitor> {
    const token = this.cookies.session(request.headers.cookie)
    if (token === undefined) throw new SallyportError('session_invalid')
    const known = await this.broker.login.session(token, useOf(request.raw))
    return { ...known, address: this.#addressOf(request.raw), token, csrf: csrfToken(token) }
  }

  /** Who is logged in, where a page of ours has them change something. @throws SallyportError session_invalid, csrf_refused */
  async changing(request: FastifyRequest): Promise<Visitor> {
    const visitor = await this.visitor(request)
    const token = isForm(request) ? fieldOf(request.body, 'csrf') : request.headers['sallyport-csrf']
    requireOwnPage(request.headers, this.publicUrl, { session: visitor.token, token })
    return visitor
  }

  /** The same for what is under `/v1`, where it was checked already that a page of ours asks. */
  async ownSession(request: FastifyRequest, reply: FastifyReply): Promise<OwnSession> {
    const acting = await this.visitor(request)
    return { acting, renewed: (token) => this.renewed(reply, token) }
  }

  /** Where a form says to go on; their own page where it says nothing that is ours. */
  afterwards(path: unknown): string {
    return returnAddress(path, this.publicUrl) ?? this.address('/account')
  }

  address(path: string): string {
    return `${this.publicUrl}${path}`
  }

  logInFirst(reply: FastifyReply, path: string): FastifyReply {
    const query = new URLSearchParams({ return: `${this.base}${path}` })
    return reply
      .headers({ ...ownPageHeaders, 'set-cookie': this.cookies.clearSession() })
      .redirect(this.address(`/login?${query}`), 303)
  }

  confirmFirst(reply: FastifyReply, path: string): FastifyReply {
    const query = new URLSearchParams({ return: `${this.base}${path}` })
    return reply.headers(ownPageHeaders).redirect(this.address(`/login/confirm?${query}`), 303)
  }

  /** The cookies of whoever has just logged in. */
  loggedIn(reply: FastifyReply, { token, knownBrowser }: Pick<LoggedIn, 'token' | 'knownBrowser'>): void {
    reply.header('set-cookie', [this.cookies.setSession(token), this.cookies.setKnownBrowser(knownBrowser)])
  }

  renewed(reply: FastifyReply, token: Secret): void {
    reply.header('set-cookie', this.cookies.setSession(token))
  }
}

/** Takes forms besides JSON, for the routes that are registered within: nothing else of ours does (R3). */
export function withForms(app: FastifyInstance, register: (scope: FastifyInstance) => void): void {
  app.register(async (scope) => {
    scope.addContentTypeParser(
      formType,
      { parseAs: 'string', bodyLimit: longestForm },
      (_request, text, done) => done(null, Object.fromEntries(new URLSearchParams(String(text)))),
    )
    register(scope)
  })
}

export function isForm(request: FastifyRequest): boolean {
  return request.headers['content-type']?.startsWith(formType) ?? false
}

/** A field of a form, or of a query; undefined where it is none of text, or empty. */
export function fieldOf(body: unknown, name: string): string | undefined {
  const value =
    typeof body === 'object' && body !== null && Object.hasOwn(body, name)
      ? (body as Readonly<Record<string, unknown>>)[name]
      : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A failure as a page shows it: the faults of what was filled in, where it has any. */
export function wordsOf(error: SallyportError): string {
  return error.faults.length > 0 ? error.faults.map(({ message }) => message).join(' ') : error.message
}
