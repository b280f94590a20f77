import type { AuthOf } from '@sallyport/contract'
import type { ProviderReply, ProviderRequest } from '../message.ts'
import { compared } from './compare.ts'
import type { Context } from './context.ts'
import { templateShape, tokenFaults } from './login-requests.ts'
import { loginSteps, withoutCookies } from './login-steps.ts'
import type { Values } from './template.ts'
import { newAuthorization } from './token-book.ts'
import { lifetimeOf, refusalReply } from './token-reply.ts'
import { accepted, type Endpoint, refused, type Verdict } from './verdict.ts'

type CookieLogin = AuthOf<'cookie'>

/** The addresses of a login that sets cookies. */
export function cookieEndpoints(context: Context): Endpoint[] {
  const auth = context.definition.auth as CookieLogin
  const { loginUrl, logoutUrl } = auth
  return [
    ...loginSteps(context, auth),
    { purpose: 'login', url: loginUrl, answer: (request) => loggedIn(context, auth, request) },
    ...(logoutUrl === undefined
      ? []
      : [
          {
            purpose: 'logout',
            url: logoutUrl,
            answer: (request: ProviderRequest) => loggedOut(context, auth, request),
          },
        ]),
  ]
}

/** Whether a call carries the cookies of a session that lives, and what is to be sent beside them. */
export function sessionFaults(context: Context, request: ProviderRequest): string[] {
  const auth = context.definition.auth as CookieLogin
  const cookies = cookiesIn(request)
  const missing = sessionNames(auth).flatMap((name) => {
    const value = cookies[name]
    if (value === undefined) return [`the cookie ${name} is missing`]
    return context.book.living(value)?.name === name
      ? []
      : [`the cookie ${name} is not accepted: unknown or expired`]
  })
  const { csrf } = auth
  if (!csrf) return missing
  const [, place, name = ''] = /^(cookie):(.*)$/.exec(csrf.from) ?? []
  const wanted = place === undefined ? undefined : cookies[name]
  const there = request.headers[csrf.header.toLowerCase()]
  const isKnown =
    typeof there === 'string' &&
    (wanted === undefined ? context.book.living(there) !== undefined : there === wanted)
  return isKnown ? missing : [...missing, `the header ${csrf.header} is not what the login gave`]
}

function sessionNames({ cookies, csrf }: CookieLogin): readonly string[] {
  const [, name] = /^cookie:(.*)$/.exec(csrf?.from ?? '') ?? []
  return [...new Set([...(cookies ?? ['session']), ...(name === undefined ? [] : [name])])]
}

function loggedIn(context: Context, auth: CookieLogin, request: ProviderRequest): Verdict {
  const shape = templateShape(auth.loginUrl, auth.loginRequest, 'POST')
  const { brought, differences } = compared(withoutCookies(request), shape, context.values)
  const reasons = [...differences, ...tokenFaults(context, brought)]
  if (reasons.length > 0) {
    const { error } = auth.loginReply ?? {}
    const reply = refusalReply({ error }, 'invalid_credentials', reasons)
    return refused('login', reasons, error ? reply : { ...reply, status: 401 })
  }
  return accepted('login', session(context, auth))
}

function session(context: Context, auth: CookieLogin): ProviderReply {
  const authorization = newAuthorization()
  const seconds = lifetimeOf(context, auth.renewal)
  const cookies = sessionNames(auth).map((name) => {
    const { value } = context.book.issueAccess({ name, stage: 0, authorization, seconds })
    return `${name}=${value}; Path=/; HttpOnly; Max-Age=${seconds}`
  })
  return { status: 200, headers: { 'Set-Cookie': cookies, 'Content-Type': 'application/json' }, body: '{}' }
}

function loggedOut(context: Context, auth: CookieLogin, request: ProviderRequest): Verdict {
  const shape = templateShape(auth.logoutUrl ?? '', auth.logoutRequest, 'POST')
  const { differences } = compared(withoutCookies(request), shape, context.values)
  const reasons = [...differences, ...sessionFaults(context, request)]
  if (reasons.length > 0) return refused('logout', reasons, refusalReply({}, 'invalid_session', reasons))
  for (const value of Object.values(cookiesIn(request))) {
    const owner = context.book.ownerOf(value)
    if (owner) owner.revoked = true
  }
  return accepted('logout', { status: 204 })
}

function cookiesIn({ headers }: ProviderRequest): Values {
  const pairs = (headers.cookie ?? '').split('; ').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  })
  return Object.fromEntries(pairs)
}
