import type { ClientTls } from '../client-tls.ts'
import { settingsAskedFor } from '../credentials/profile-settings.ts'
import type { Target } from '../credentials/target.ts'
import { type ParsedUrl, parseUrl } from '../destination/url.ts'
import { SallyportError } from '../error.ts'
import { headerKey } from '../header-key.ts'
import { parseTemplate } from '../template/parse.ts'
import { render } from '../template/render.ts'
import { placementsAt, placesByHost } from './placements-at.ts'
import { encodedQuery, type QueryNames } from './query.ts'

/** Everything of a call that does not change from one to the next: made once for an account's generation. */
export interface Prepared {
  /** Undefined where the definition has no base URL; then only Sallyport-Target can say where. */
  readonly base: { readonly origin: string; readonly path: string; readonly query: string } | undefined
  /** Definition's headers, then the credential's. */
  readonly headers: readonly string[]
  /** Header names that the caller does not get to set. */
  readonly replacedHeaders: ReadonlySet<string>
  readonly query: string
  /** Query names that the caller does not get to set. */
  readonly replacedQuery: QueryNames
  readonly body: Readonly<Record<string, unknown>> | undefined
  /** Of all these, what the credential writes: header names as `headerKey` gives them, query names in lower case. */
  readonly credentialNames: { readonly headers: ReadonlySet<string>; readonly query: ReadonlySet<string> }
  readonly tls: ClientTls | undefined
}

/**
 * Renders the definition's request parameters and places the credential, which wins over all else. What asks for
 * an optional value that the account does not have is left out. `at` is where the call goes, if not to the base URL.
 */
export function prepare(target: Target, at?: ParsedUrl): Prepared {
  const { definition, connection, scheme, credential } = target
  requireSettings(target)
  const base = definition.baseUrl === undefined ? undefined : baseOf(target, definition.baseUrl)
  const placements = placementsAt(
    [definition.placement ?? scheme.defaultPlacement].flat(),
    at ?? (base && parseUrl(base.origin)),
  )
  const placed = scheme.place(connection, credential, placements)
  const request = definition.request ?? {}
  const credentialHeaders = new Set(placed.headers.map(([name]) => headerKey(name)))
  // Some servers read names of a query without regard to case: the credential stands alone for them, too.
  const credentialQuery = new Set(placed.query.map(([name]) => name.toLowerCase()))
  const headers = Object.entries(request.headers ?? {})
    .filter(([name, text]) => !credentialHeaders.has(headerKey(name)) && connection.holds(text))
    .map(([name, text]) => [name, connection.render(text, 'header')] as const)
  const query = Object.entries(request.query ?? {})
    .filter(([name, text]) => !credentialQuery.has(name.toLowerCase()) && connection.holds(text))
    .map(([name, text]) => [name, connection.render(text, 'text')] as const)
  const ownQuery = new Set(query.map(([name]) => name))
  return {
    base,
    headers: [...headers, ...placed.headers].flat(),
    replacedHeaders: new Set([...headers, ...placed.headers].map(([name]) => headerKey(name))),
    query: encodedQuery([...query, ...placed.query]),
    replacedQuery: {
      size: query.length + placed.query.length,
      has: (name) => ownQuery.has(name) || credentialQuery.has(name.toLowerCase()),
    },
    body: request.body && renderBody(request.body, target),
    credentialNames: { headers: credentialHeaders, query: credentialQuery },
    tls: connection.tls('call'),
  }
}

/** What a call to an absolute address is made with: as all others, unless credentials go by host. */
export function preparedFor(
  target: Target & { readonly prepared: Prepared },
  targetUrl: string | undefined,
): Prepared {
  if (targetUrl === undefined || !placesByHost(target.definition)) return target.prepared
  return prepare(target, target.connection.permit(targetUrl, { sends: 'call' }))
}

/** Checked once (C5); path and query stay text, because parsing them again could change them (C7). */
function baseOf({ connection }: Target, template: string): Prepared['base'] {
  const text = connection.renderUrl(template)
  const { origin } = connection.permit(text, { sends: 'call' })
  const [, path = '', query = ''] = /^[^:]+:\/\/[^/?]+([^?]*)\??(.*)$/.exec(text) ?? []
  return { origin, path, query }
}

/** Other than a parameter that was left out, a setting that is missing is missed. @throws SallyportError profile_setting_missing */
function requireSettings({ integration, definition, connection }: Target): void {
  if (!asksForSettings(integration)) return
  const missing = settingsAskedFor(definition)
    .map((name) => `profile.${name}`)
    .filter((name) => !Object.hasOwn(connection.values, name))
  if (missing.length === 0) return
  const names = missing.map((name) => `{${name}}`).join(', ')
  throw new SallyportError('profile_setting_missing', {
    message: `The definition asks for ${names}, which this call does not have. Call with the key of a profile, and set it in the settings of that profile.`,
  })
}

/** Seen without reading the definition: most ask for none. */
export function asksForSettings({ definition }: Target['integration']): boolean {
  return definition.includes('{profile.')
}

function renderBody(body: Readonly<Record<string, unknown>>, target: Target): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => typeof value !== 'string' || target.connection.holds(value))
      .map(([name, value]) => [name, renderValue(value, target)]),
  )
}

function renderValue(value: unknown, target: Target): unknown {
  if (typeof value === 'string') return render(parseTemplate(value), target.connection.values, 'json')
  if (Array.isArray(value)) return value.map((item) => renderValue(item, target))
  if (typeof value !== 'object' || value === null) return value
  return renderBody(value as Readonly<Record<string, unknown>>, target)
}
