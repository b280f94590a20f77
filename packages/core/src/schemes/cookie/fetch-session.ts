import type { CookieLogin } from '@sallyport/contract'
import { Secret } from '../../secret.ts'
import { GrantFailure } from '../grant-failure.ts'
import { namedValues, sendLogin, takeSteps } from '../login-request.ts'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import { readCookies, type SetCookie } from '../set-cookie.ts'

/**
 * Logs in: takes the steps, sends the login, and keeps the cookies. Those that a step sets go with the requests
 * after it, as from a browser.
 *
 * @throws GrantFailure as the provider's answers mean; EgressError when there was none
 */
export async function fetchSession(ports: SchemePorts, connection: Connection): Promise<Tokens> {
  const auth = connection.definition.auth as CookieLogin
  const issuedAt = ports.clock.now()
  const jar = new Map<string, SetCookie>()
  const send: typeof sendLogin = async (itsPorts, its, request) => {
    const cookie = written(jar.values())
    const answer = await sendLogin(itsPorts, its, {
      ...request,
      ...(cookie !== '' && { headers: { cookie } }),
      redirects: 'read',
    })
    for (const set of readCookies(answer.reply.cookies, ports.clock.now())) {
      if (isAlive(set)) jar.set(set.name, set)
      else jar.delete(set.name)
    }
    return answer
  }
  const taken = await takeSteps(ports, connection, auth.steps ?? [], send)
  const answer = await logIn(ports, connection.keeping(taken.kept), taken.named, send)
  const cookies = sessionCookies(auth, jar, answer.reply.cookies, issuedAt)
  const csrf = answer.read.named.csrf ?? csrfInJar(auth, jar)
  const plain = cookies.filter(({ secure }) => !secure)
  const lifetime = answer.read.expiresInSeconds ?? shortest(cookies) ?? auth.renewal.defaultLifetime
  return {
    accessToken: new Secret(written(cookies)),
    refreshToken: undefined,
    tokenType: 'Cookie',
    issuedAt,
    expiresAt: lifetime === undefined ? undefined : issuedAt + lifetime * 1000,
    scopes: [],
    named: {
      ...secrets(taken.named),
      plain: new Secret(written(plain)),
      ...(csrf !== undefined && { csrf: new Secret(csrf) }),
    },
    kept: { ...taken.kept, ...answer.read.kept },
  }
}

/** The login itself, with the tokens that the steps gave. */
export function logIn(
  ports: SchemePorts,
  connection: Connection,
  named: Readonly<Record<string, string>>,
  send: typeof sendLogin = sendLogin,
): ReturnType<typeof sendLogin> {
  const auth = connection.definition.auth as CookieLogin
  return send(ports, connection, {
    url: auth.loginUrl,
    template: auth.loginRequest,
    method: 'POST',
    paths: { ...auth.loginReply, ...csrfInBody(auth) },
    needsToken: false,
    allowsPage: true,
    values: namedValues(named),
  })
}

/** Those that the definition names, or all; a login that sets none was refused, whatever its status. */
function sessionCookies(
  { cookies: names }: CookieLogin,
  jar: ReadonlyMap<string, SetCookie>,
  lines: readonly string[],
  now: number,
): readonly SetCookie[] {
  const missing = names?.find((name) => !jar.has(name))
  const isSet = names ? missing === undefined : readCookies(lines, now).some(isAlive)
  if (!isSet) {
    throw new GrantFailure('account_needs_reconnect', 'login_refused', {
      message: `The provider set no session cookie${missing === undefined ? '' : ` (${missing})`}, most often because user or password are wrong. Correct the account's parameters, or the definition.`,
    })
  }
  return [...jar.values()].filter(({ name }) => names?.includes(name) ?? true)
}

/** A cookie is deleted by one that is over (RFC 6265 §3.1). */
function isAlive({ value, lifetimeSeconds }: SetCookie): boolean {
  return value !== '' && (lifetimeSeconds === undefined || lifetimeSeconds > 0)
}

function written(cookies: Iterable<SetCookie>): string {
  return [...cookies].map(({ name, value }) => `${name}=${value}`).join('; ')
}

function shortest(cookies: readonly SetCookie[]): number | undefined {
  const lifetimes = cookies.flatMap(({ lifetimeSeconds }) => lifetimeSeconds ?? [])
  return lifetimes.length === 0 ? undefined : Math.min(...lifetimes)
}

function csrfInBody({ csrf }: CookieLogin): { tokens?: Record<string, string> } {
  return csrf && !csrf.from.startsWith('cookie:') ? { tokens: { csrf: csrf.from } } : {}
}

function csrfInJar({ csrf }: CookieLogin, jar: ReadonlyMap<string, SetCookie>): string | undefined {
  return csrf && jar.get(csrf.from.slice('cookie:'.length))?.value
}

function secrets(values: Readonly<Record<string, string>>): Record<string, Secret> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]))
}
