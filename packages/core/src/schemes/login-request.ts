import type { LoginStep, RequestTemplate, TokenReplyPaths } from '@sallyport/contract'
import type { TemplateValues } from '../template/render.ts'
import { unreadable } from './grant-failure.ts'
import { acceptedLogin } from './login-failure.ts'
import { renderRequest } from './request-template.ts'
import { requestValues } from './request-values.ts'
import type { Connection, CredentialReplyOutput, SchemePorts } from './scheme.ts'
import { readTokenReply, type TokenReply } from './token-reply.ts'

/** One request of a login, as its definition writes it. */
export interface LoginRequest {
  /** Template. */
  readonly url: string
  readonly template: RequestTemplate | undefined
  /** Where the template names none. */
  readonly method: string
  readonly paths: TokenReplyPaths | undefined
  readonly needsToken: boolean
  /** A page is as good as an empty body: headers and cookies say all. */
  readonly allowsPage?: boolean
  /** Beside the connection's own; what is called `token…` is secret. */
  readonly values: TemplateValues
  /** Beside the template's, which win. */
  readonly headers?: Readonly<Record<string, string>>
  /** Read a redirect's headers and cookies, where others refuse it. */
  readonly redirects?: 'read'
}

/** What a login's request brought. */
export interface LoginReply {
  readonly reply: CredentialReplyOutput
  readonly read: Extract<TokenReply, { kind: 'issued' }>
}

/**
 * Sends one request of a login.
 *
 * @throws GrantFailure as the provider's answer means; EgressError when there was none
 */
export async function sendLogin(
  ports: SchemePorts,
  connection: Connection,
  request: LoginRequest,
): Promise<LoginReply> {
  const { reply, secrets } = await sendTemplated(ports, connection, request)
  const now = ports.clock.now()
  const { paths = {}, needsToken, allowsPage } = request
  const read = readTokenReply(reply, {
    paths,
    now,
    needsToken,
    ...(allowsPage !== undefined && { allowsPage }),
  })
  const namesRefusals = paths.error?.invalidGrant !== undefined
  const issued = acceptedLogin(reply, { read, namesRefusals, secrets, now })
  const missing = Object.entries(paths.tokens ?? {}).find(([name]) => issued.named[name] === undefined)
  if (missing) throw unreadable(200, `it names no ${missing[0]} at ${missing[1]}`, Buffer.alloc(0), undefined)
  return { reply, read: issued }
}

/** Sends a request as its template says; `secrets` are the values that it carried. */
export async function sendTemplated(
  ports: SchemePorts,
  connection: Connection,
  request: Omit<LoginRequest, 'paths' | 'needsToken' | 'allowsPage'>,
): Promise<{ readonly reply: CredentialReplyOutput; readonly secrets: readonly string[] }> {
  const values = { ...request.values, ...requestValues(ports) }
  const { method, url, headers, body } = renderRequest(connection, request.template ?? {}, {
    url: connection.renderUrl(request.url, values),
    method: request.method,
    values,
  })
  const sent = mergedHeaders(
    { accept: 'application/json, application/xml;q=0.9, */*;q=0.8' },
    request.headers ?? {},
    headers,
  )
  const reply = await ports.send({
    tls: connection.tls('credential'),
    url: connection.permit(url, { sends: 'credential' }),
    method,
    headers: sent,
    body,
    ...(request.redirects && { redirects: request.redirects }),
  })
  return { reply, secrets: secretsIn(connection, request.values, sent) }
}

/** What the steps before a login gave. */
export interface StepsTaken {
  /** `{token.name}`: secret. */
  readonly named: Readonly<Record<string, string>>
  readonly kept: Readonly<Record<string, string>>
}

/** Takes the steps before a login in order; each may use what those before it gave. */
export async function takeSteps(
  ports: SchemePorts,
  connection: Connection,
  steps: readonly LoginStep[],
  send: typeof sendLogin = sendLogin,
): Promise<StepsTaken> {
  let taken: StepsTaken = { named: {}, kept: {} }
  for (const { url, reply: paths, ...template } of steps) {
    const { read } = await send(ports, connection.keeping(taken.kept), {
      url,
      template,
      method: template.body === undefined ? 'GET' : 'POST',
      paths,
      needsToken: false,
      allowsPage: true,
      values: namedValues(taken.named),
    })
    taken = { named: { ...taken.named, ...read.named }, kept: { ...taken.kept, ...read.kept } }
  }
  return taken
}

/** Tokens by their names as template values. */
export function namedValues(named: Readonly<Record<string, string>>): TemplateValues {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [`token.${name}`, value]))
}

/** Later ones win, whatever the case of their names. */
function mergedHeaders(...lists: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const merged = new Map<string, [string, string]>()
  for (const [name, value] of lists.flatMap((list) => Object.entries(list)))
    merged.set(name.toLowerCase(), [name, value])
  return Object.fromEntries(merged.values())
}

/** Secret parameters, tokens, and what was made of them for an Authorization header. */
function secretsIn(
  { definition, values }: Connection,
  more: TemplateValues,
  headers: Readonly<Record<string, string>>,
): string[] {
  const parameters = (definition.parameters ?? []).flatMap(({ name, secret }) => {
    const value = values[name]
    return secret && value !== undefined ? [value] : []
  })
  const tokens = Object.entries(more).flatMap(([name, value]) => (/^token\b/.test(name) ? [value] : []))
  const written = Object.entries(headers).flatMap(([name, value]) =>
    /^(authorization|cookie)$/i.test(name) ? [value, ...value.split(/[\s;]+(?:[^=;]*=)?/)] : [],
  )
  return [...parameters, ...tokens, ...written]
}
