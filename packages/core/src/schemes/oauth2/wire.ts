import type { OAuth2, RequestTemplate } from '@sallyport/contract'
import { parseRetryAfter } from '../../retry-after.ts'
import type { TemplateValues } from '../../template/render.ts'
import { refusedBy, unreadable } from '../grant-failure.ts'
import { withoutSecrets } from '../provider-words.ts'
import { type RenderedRequest, renderRequest } from '../request-template.ts'
import type { Connection, CredentialReplyOutput, SchemePorts } from '../scheme.ts'
import { readTokenReply, type TokenReading, type TokenReply } from '../token-reply.ts'
import { replacesParameters } from './request-names.ts'

/** A request as the standard has it, on its way out. */
export interface StandardRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** All that its form holds, client authentication included. */
  readonly form: URLSearchParams
  /** Names of those that are not client authentication: a template's body can stand in their place. */
  readonly parameters: ReadonlySet<string>
}

/** What a reply must be that has issued something. */
export type Issued = Extract<TokenReply, { kind: 'issued' }>

/**
 * Turns a standard request into the provider's. A body that asks for code, tokens, client or secrets, or names
 * `grant_type`, stands in place of the standard parameters; any other is added to them, and null takes one away.
 */
export function departed(
  connection: Connection,
  template: RequestTemplate,
  { url, method, headers, form, parameters }: StandardRequest,
  values: TemplateValues,
): RenderedRequest {
  const replaced = replacesParameters(template) ? parameters : new Set<string>()
  const names = [...new Set(form.keys())].filter((name) => !replaced.has(name))
  const fields = Object.fromEntries(
    names.map((name) => {
      const all = form.getAll(name)
      return [name, all.length === 1 ? (all[0] ?? '') : all]
    }),
  )
  return renderRequest(connection, template, {
    url,
    method,
    values,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-type')),
    fields,
  })
}

/**
 * Reads what a credential endpoint answered. `secrets` are those in the request, which a provider's words may repeat.
 *
 * @throws GrantFailure when it issued nothing
 */
export function issuedBy(
  ports: Pick<SchemePorts, 'clock'>,
  reply: CredentialReplyOutput,
  reading: Omit<TokenReading, 'now'>,
  secrets: readonly string[],
): Issued {
  const now = ports.clock.now()
  const retryAfter = parseRetryAfter(reply.headers['retry-after'], now)
  const read = readTokenReply(reply, { ...reading, now })
  if (read.kind === 'error') {
    const description = read.description === undefined ? undefined : withoutSecrets(read.description, secrets)
    throw refusedBy(reply.status, withoutSecrets(read.error, secrets), description, retryAfter)
  }
  if (read.kind === 'issued' && reply.status < 300) return read
  const why = read.kind === 'malformed' ? read.why : 'not with success'
  const text = Buffer.from(withoutSecrets(reply.body.toString('utf8'), secrets))
  throw unreadable(reply.status, why, text, retryAfter)
}

/** What was sent to say who asks, to be cut out of a provider's words. */
export function credentialsIn(headers: Readonly<Record<string, string>>): string[] {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1]
  return value === undefined ? [] : [value.replace(/^\S+ /, '')]
}

/** Whether a reply may come without `token_type`, or with one of the provider's own. */
export function takesAnyType({ tokenReply }: OAuth2): boolean {
  if (tokenReply?.tokenType !== undefined) return tokenReply.tokenType === 'optional'
  return tokenReply?.accessToken !== undefined
}
