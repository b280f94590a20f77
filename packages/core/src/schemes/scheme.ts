import type {
  AuthErrors,
  Definition,
  DiagnosisReply,
  Fault,
  Placement,
  Renewal,
  Warning,
} from '@sallyport/contract'
import type { ClientTls } from '../client-tls.ts'
import type { ParsedUrl } from '../destination/url.ts'
import type { ExchangeStage } from '../egress/credential-request.ts'
import type { FileServer } from '../egress/ssh.ts'
import type { Clock, Random } from '../ports.ts'
import type { Recent } from '../recent.ts'
import type { Secret } from '../secret.ts'
import type { TemplateValues } from '../template/render.ts'
import type { Slot } from '../template/slots.ts'
import type { KeySets } from './key-sets.ts'
import type { Nonces } from './nonces.ts'
import type { ClientOwner, ClientRegistrations } from './registered-client.ts'
import type { RequestPreview } from './request-preview.ts'

/** What a provider issued. Times are epoch milliseconds. */
export interface Tokens {
  readonly accessToken: Secret
  readonly refreshToken: Secret | undefined
  readonly tokenType: string
  readonly issuedAt: number
  readonly expiresAt: number | undefined
  readonly scopes: readonly string[]
  /** When the refresh token ends, where the provider says. */
  readonly refreshExpiresAt?: number | undefined
  /** Further tokens of the same grant: `{token.name}`. */
  readonly named?: Readonly<Record<string, Secret>> | undefined
  /** Values kept from replies and callback: shown, and `{kept.name}` in templates. */
  readonly kept?: Readonly<Record<string, string>> | undefined
  /** Private key that the tokens are bound to, as a JWK (RFC 9449). */
  readonly dpopKey?: Secret | undefined
  /** The registered client that they were issued to; absent where the definition names it. */
  readonly clientId?: string | undefined
  /** An id_token as it came, not yet verified, and the access token beside it. Not stored. */
  readonly idToken?: { readonly token: Secret; readonly accessToken: Secret } | undefined
  /** Who granted them, verified (OpenID Connect Core §2). */
  readonly identity?: { readonly issuer: string; readonly subject: string } | undefined
}

/** All that is secret about an account, opened. */
export interface Credential {
  /** As given by its owner: token, user name, password. */
  readonly secret: Readonly<Record<string, Secret>>
  /** Values of the parameters that the definition marks secret. */
  readonly parameters: Readonly<Record<string, Secret>>
  readonly tokens: Tokens | undefined
}

/** Grants that the operator forbids, whatever definitions say. */
export interface GrantPolicy {
  readonly forbiddenGrants?: ReadonlySet<string>
  /** The definition has a client certificate beside its `auth`. */
  readonly hasTls?: boolean
}

/** What a scheme may know of an account and its definition. */
export interface Connection {
  readonly definition: Definition
  /** Whose clients those are that register themselves; absent in trials without a definition that is stored. */
  readonly registrant?: ClientOwner | undefined
  /**
   * What templates are filled with, by full name: every parameter's value, secret ones included, `kept.x`,
   * `account.id`, `account.name`. Never for logs.
   */
  readonly values: TemplateValues
  /** The definition's secrets by JSON Pointer, not yet rendered. */
  readonly definitionSecrets: Readonly<Record<string, Secret>>
  readonly forbiddenGrants: ReadonlySet<string>
  /** Renders a URL template of the definition; values can move neither host nor path. `more` are further values. */
  renderUrl(template: string, more?: TemplateValues): string
  /** Whether the account has every value that a template asks for; optional ones may be absent. */
  holds(template: string, more?: TemplateValues): boolean
  /** Renders any other template of the definition. */
  render(template: string, slot: Slot, more?: TemplateValues): string
  /**
   * Parses the address and throws unless a credential may be sent there (C5, C6): a client's secret or a token
   * request to `credential` hosts, an API call to the integration's. An address that the definition's issuer
   * publishes counts as written in the definition.
   */
  permit(url: string, purpose: PermitPurpose): ParsedUrl
  /** The same with values that have just been kept: they count for templates, and for where those may lead. */
  keeping(kept: TemplateValues): Connection
  /** The same with the settings of the profile that it is called in: `profile.x`. */
  inProfile(settings: TemplateValues): Connection
  /** Throws unless a browser may be sent there: https, or a private address that the operator allows (A11). */
  permitBrowser(url: string): void
  /**
   * What connections are made with, beside the public authorities: `auth.tls` for credential requests where it is
   * given, else `tls`. Undefined where the definition, or the account, has none.
   */
  tls(sends: PermitPurpose['sends']): ClientTls | undefined
}

/** What is to be sent to an address, and who named it. */
export interface PermitPurpose {
  readonly sends: 'credential' | 'call'
  readonly publishedByIssuer?: boolean
}

/** A request that carries credentials to a provider. */
export interface CredentialRequestInput {
  readonly url: ParsedUrl
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly tls?: ClientTls | undefined
  /** A redirect is refused; `read` gives its headers and cookies, and does not follow it either. */
  readonly redirects?: 'read' | undefined
  /** Asked once, when the connection stands and nothing has been sent: false keeps it from being sent. */
  readonly mayBeSent?: (() => boolean) | undefined
  /** Told how far the exchange has come. */
  readonly reached?: ((stage: ExchangeStage) => void) | undefined
}

/** Its whole reply. */
export interface CredentialReplyOutput {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** `Set-Cookie` lines. */
  readonly cookies: readonly string[]
  readonly body: Buffer
}

export type SendCredentialRequest = (request: CredentialRequestInput) => Promise<CredentialReplyOutput>

/** The outside, as schemes see it. */
export interface SchemePorts {
  readonly clock: Clock
  readonly random: Random
  readonly send: SendCredentialRequest
  /** What issuers publish, by issuer, remembered for minutes; without it each look asks. */
  readonly issuers?: Recent<Issuer>
  /** Of authorization servers (RFC 9449 §8), by key and origin; without it each request asks anew. */
  readonly nonces?: Nonces
  /** Clients that registered themselves. */
  readonly registrations?: ClientRegistrations
  /** Keys that issuers publish; without it each look asks. */
  readonly keySets?: KeySets
}

/** An issuer's metadata (RFC 8414), checked. */
export type Issuer = Readonly<Record<string, unknown>> & { readonly issuer: string }

/** Headers and query parameters that carry the credential. */
export interface Placed {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly query: readonly (readonly [name: string, value: string])[]
}

/** A call as it is about to be sent, for schemes whose credential depends on it. */
export interface SignableRequest {
  readonly method: string
  readonly origin: string
  /** With its query, as on the request line. */
  readonly path: string
  /** Name, value, name, value…; without `Host`. */
  readonly headers: readonly string[]
  /** `unread` where it is longer than `longestReplayableBody`, and streams. */
  readonly body: Buffer | 'unread' | undefined
}

/** What signing may use. `memory` is this account's in this process: nonces and counters, lost without harm. */
export interface SignPorts {
  readonly clock: Clock
  readonly random: Random
  readonly memory: Map<string, string>
}

/** The answer to a signed call, as far as signing may learn from it. */
export interface SignedReply {
  readonly status: number
  /** Where the call went: nonces are good at one origin. */
  readonly origin: string
  /** What the call carried. */
  readonly signature: Placed
  /** Values of a header that stands several times are joined by commas. */
  header(name: string): string | undefined
}

/** For schemes that sign each call, or answer a challenge. */
export interface Signing {
  /** Whether this account's calls are signed at all. */
  signs(definition: Definition, credential: Credential): boolean
  /** Whether the signature covers the body, so that it is read first. */
  coversBody(
    ports: SignPorts,
    definition: Definition,
    request: Pick<SignableRequest, 'method' | 'origin' | 'headers'>,
  ): boolean
  /**
   * Headers and query parameters to add, over those of `place` and of the caller.
   *
   * @throws SallyportError body_too_large where the signature covers a body that is `unread`
   */
  sign(ports: SignPorts, connection: Connection, credential: Credential, request: SignableRequest): Placed
  /**
   * Is shown every reply, for the nonces in it. True where the reply asks for another signature, which `sign`
   * can give now: the call is sent once more.
   */
  challenged?(ports: SignPorts, definition: Definition, reply: SignedReply): boolean
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
  /** Rendered only after the first token, when values were kept. */
  readonly afterToken?: true
  /** Rendered for each call, with the settings of its profile. */
  readonly perCall?: true
}

/** What an authorization remembers between start and callback, sealed. */
export type FlowMemory = Readonly<Record<string, string>>

/** An authorization at the provider's own page. */
export interface Authorization {
  /** What the provider calls `state` in the callback, where it has a name of its own. */
  readonly stateName?: string | undefined
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

/** An authorization on another device (RFC 8628). */
export interface DeviceAuthorization {
  begin(
    ports: SchemePorts,
    connection: Connection,
  ): Promise<{
    readonly verificationUri: string
    readonly verificationUriComplete: string | undefined
    readonly userCode: string
    readonly expiresInSeconds: number
    readonly intervalSeconds: number
    /** Sealed until the polling ends. */
    readonly memory: FlowMemory
  }>
  /** @throws SallyportError when it has ended without a token */
  poll(
    ports: SchemePorts,
    connection: Connection,
    memory: FlowMemory,
  ): Promise<Tokens | 'pending' | 'slow_down'>
}

/** A member of an account's `secret` that whoever connects it is asked for. */
export interface AskedSecret {
  readonly name: string
  readonly isRequired?: true
  /** Seen while it is written, as a name is. */
  readonly isShown?: true
  /** Has lines. */
  readonly isLong?: true
}

/** One way to authenticate. Adding one is a folder and a line in the table. */
export interface Scheme {
  /** Templates of the `auth` block, which may still be malformed. */
  templates(auth: Readonly<Record<string, unknown>>): readonly TemplateField[]
  /** Names of the values that replies and callbacks leave on the account: `{kept.name}`. */
  keeps?(auth: Readonly<Record<string, unknown>>): readonly string[]
  /** Faults that the block's shape cannot show. */
  faults(auth: Readonly<Record<string, unknown>>, policy: GrantPolicy): readonly Fault[]
  /** Whether calls show the definition's own secret, or a proof of it that is good at other hosts, too (C20). */
  callsSpeakForDefinition?(auth: Readonly<Record<string, unknown>>): boolean
  /** Placeholders that a placement may hold. */
  placeable(auth: Readonly<Record<string, unknown>>): readonly string[]
  /** Whether placements may name hosts: a type that also places its credential elsewhere than on calls may not. */
  readonly placesByHost?: boolean
  /** Where the credential goes when the definition does not say. */
  readonly defaultPlacement: readonly Placement[]
  /** How accounts of this definition come by their credential. */
  connects(definition: Definition): 'given' | 'fetched' | 'authorized'
  /** What of an account's `secret` a person is asked for; default nothing. */
  asks?(definition: Definition): readonly AskedSecret[]
  /** What an account's `secret` lacks for this definition. */
  secretFaults(definition: Definition, given: Readonly<Record<string, unknown>>): readonly Fault[]
  /** What may be given in its place, where `adopt` takes it: tokens that somebody holds already. */
  held?(definition: Definition): readonly AskedSecret[]
  /** Tokens that the owner brought, from the account's `secret`; undefined where it holds none. */
  adopt?(given: Readonly<Record<string, unknown>>, ports: Pick<SchemePorts, 'clock'>): Tokens | undefined
  /** Fetches the first token, where no person is needed. */
  fetch?(ports: SchemePorts, connection: Connection, credential: Credential): Promise<Tokens>
  authorization?(definition: Definition): Authorization | undefined
  device?(definition: Definition): DeviceAuthorization | undefined
  /** @throws SallyportError account_needs_reconnect when only a person can help */
  renew?(ports: SchemePorts, connection: Connection, credential: Credential): Promise<Tokens>
  renewable(definition: Definition, tokens: Tokens | undefined): boolean
  /** Whether renewing these uses up something that cannot be had again without a person; default false. */
  spends?(definition: Definition, tokens: Tokens | undefined): boolean
  /** Whether the definition names a way to revoke. */
  revocable?(definition: Definition): boolean
  /**
   * Revokes at the provider what can be revoked; `unsupported` where the definition names no way. `left` is told which
   * tokens are to be revoked yet, once some of several have been.
   */
  revoke?(
    ports: SchemePorts,
    connection: Connection,
    credential: Credential,
    left?: (tokens: Tokens) => void,
  ): Promise<'done' | 'unsupported'>
  /** Tries which client authentication the provider takes, without touching tokens that are in use. */
  tryClient?(ports: SchemePorts, connection: Connection, credential: Credential): Promise<DiagnosisReply>
  /** The owner's secret as far as it is kept once there are tokens (B13). */
  secretToKeep?(definition: Definition, credential: Credential): Credential['secret']
  /** What an account's owner should know of how it authenticates. */
  warnings?(
    definition: Definition,
    account?: { readonly generation: number; readonly kept: Readonly<Record<string, string>> },
  ): readonly Warning[]
  /** Which replies say what of the credential. */
  authErrors(definition: Definition): AuthErrors
  /** When tokens are renewed. */
  renewal(definition: Definition): Renewal
  /** Puts the credential where the definition says. */
  place(connection: Connection, credential: Credential, placements: readonly Placement[]): Placed
  readonly signing?: Signing
  /** The requests to authorization servers and logins that a definition makes, in the order of an account's life. */
  previews?(definition: Definition): readonly RequestPreview[]
  /** Where files are and how to log in there: in place of `place`, for what is no HTTP API. */
  open?(connection: Connection, credential: Credential): FileServer
  /** Members of an account's `secret` that stay when another secret is given. */
  readonly lasting?: readonly string[]
  /** Fields of a definition, beside `auth`, that mean nothing to accounts of this type. */
  readonly refused?: readonly string[]
  /** What `/token` gives out. */
  token(credential: Credential): { readonly accessToken: Secret; readonly tokenType: string } | undefined
}
