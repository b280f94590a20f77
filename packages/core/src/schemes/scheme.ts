import type { Definition, Fault, Placement } from '@sallyport/contract'
import type { ParsedUrl } from '../destination/url.ts'
import type { Clock, Random } from '../ports.ts'
import type { Secret } from '../secret.ts'

/** What a provider issued. Times are epoch milliseconds. */
export interface Tokens {
  readonly accessToken: Secret
  readonly refreshToken: Secret | undefined
  readonly tokenType: string
  readonly issuedAt: number
  readonly expiresAt: number | undefined
  readonly scopes: readonly string[]
}

/** All that is secret about an account, opened. */
export interface Credential {
  /** As given by its owner: token, user name, password. */
  readonly secret: Readonly<Record<string, Secret>>
  /** Values of the parameters that the definition marks secret. */
  readonly parameters: Readonly<Record<string, Secret>>
  readonly tokens: Tokens | undefined
}

/** What a scheme may know of an account and its definition. */
export interface Connection {
  readonly definition: Definition
  /** Every parameter's value, secret ones included: for templates, never for logs. */
  readonly parameters: Readonly<Record<string, string>>
  /** The definition's secrets by JSON Pointer, not yet rendered. */
  readonly definitionSecrets: Readonly<Record<string, Secret>>
  /** Renders a URL template of the definition; values can move neither host nor path. */
  renderUrl(template: string): string
  /** Whether the account has every value that a template asks for; optional ones may be absent. */
  holds(template: string): boolean
  /** Renders any other template of the definition. */
  render(template: string, slot: 'text' | 'header'): string
  /**
   * Parses the address and throws unless a credential may be sent there (C5, C6). An address that the
   * definition's issuer publishes counts as written in the definition.
   */
  permit(url: string, origin?: { readonly publishedByIssuer: boolean }): ParsedUrl
  /** Throws unless a browser may be sent there: https, or a private address that the operator allows (A11). */
  permitBrowser(url: string): void
}

/** A request that carries credentials to a provider, and its whole reply. */
export type SendCredentialRequest = (request: {
  readonly url: ParsedUrl
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}) => Promise<{
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}>

/** The outside, as schemes see it. */
export interface SchemePorts {
  readonly clock: Clock
  readonly random: Random
  readonly send: SendCredentialRequest
}

/** Headers and query parameters that carry the credential. */
export interface Placed {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly query: readonly (readonly [name: string, value: string])[]
}

/** A template somewhere in a definition, and what may stand in it. */
export interface TemplateField {
  /** JSON Pointer of the field. */
  readonly path: string
  readonly text: string
  readonly slot: 'url' | 'path' | 'header' | 'text'
  /** Placeholders that Sallyport fills here itself, beside the parameters. */
  readonly filled?: readonly string[]
  /** The rendered text is seen by whoever authorizes, so that no secret may stand in it. */
  readonly shown?: true
  /** For URLs: what is sent there. Credential addresses need https; secrets need listed hosts (C20). */
  readonly receives?: 'definition_secret' | 'credential' | 'browser' | 'call'
}

/** What an authorization remembers between start and callback, sealed. */
export type FlowMemory = Readonly<Record<string, string>>

/** An authorization at the provider's own page. */
export interface Authorization {
  begin(
    ports: SchemePorts,
    connection: Connection,
    request: { readonly redirectUri: string; readonly state: string },
  ): Promise<{ readonly url: string; readonly memory: FlowMemory }>
  /** @throws SallyportError flow_refused, flow_invalid, or as a token request does */
  complete(
    ports: SchemePorts,
    connection: Connection,
    answer: {
      readonly parameters: URLSearchParams
      readonly redirectUri: string
      readonly memory: FlowMemory
    },
  ): Promise<Tokens>
}

/** One way to authenticate. Adding one is a folder and a line in the table. */
export interface Scheme {
  /** Templates of the `auth` block, which may still be malformed. */
  templates(auth: Readonly<Record<string, unknown>>): readonly TemplateField[]
  /** Faults that the block's shape cannot show. */
  faults(auth: Readonly<Record<string, unknown>>): readonly Fault[]
  /** Placeholders that a placement may hold. */
  readonly placeable: readonly string[]
  /** Where the credential goes when the definition does not say. */
  readonly defaultPlacement: readonly Placement[]
  /** How accounts of this definition come by their credential. */
  connects(definition: Definition): 'given' | 'fetched' | 'authorized'
  /** What an account's `secret` lacks for this definition. */
  secretFaults(definition: Definition, given: Readonly<Record<string, unknown>>): readonly Fault[]
  /** Tokens that the owner brought, from the account's `secret`. */
  adopt?(given: Readonly<Record<string, unknown>>, ports: Pick<SchemePorts, 'clock'>): Tokens
  /** Fetches the first token, where no person is needed. */
  fetch?(ports: SchemePorts, connection: Connection): Promise<Tokens>
  authorization?(definition: Definition): Authorization | undefined
  /** @throws SallyportError account_needs_reconnect when only a person can help */
  renew?(ports: SchemePorts, connection: Connection, credential: Credential): Promise<Tokens>
  renewable(definition: Definition, tokens: Tokens | undefined): boolean
  /** Statuses of replies that mean the credential was not accepted. */
  rejections(definition: Definition): readonly number[]
  /** Seconds to renew before expiry, and the lifetime when the provider names none. */
  renewal(definition: Definition): {
    readonly before?: number | undefined
    readonly defaultLifetime?: number | undefined
  }
  /** Puts the credential where the definition says. */
  place(connection: Connection, credential: Credential, placements: readonly Placement[]): Placed
  /** What `/token` gives out. */
  token(credential: Credential): { readonly accessToken: Secret; readonly tokenType: string } | undefined
}
