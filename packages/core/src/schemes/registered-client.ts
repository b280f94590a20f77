import type { Secret } from '../secret.ts'

/** Whose client it is: an integration's, or that of an OAuth client which many share. */
export interface ClientOwner {
  readonly organizationId: string
  readonly id: string
  /** Of many integrations, so that nothing of one may be in what is registered. */
  readonly isShared?: boolean
}

/** A client as a provider registered it (RFC 7591 §3.2.1). Times are epoch milliseconds. */
export interface RegisteredClient {
  readonly clientId: string
  readonly clientSecret: Secret | undefined
  /** When the secret ends. */
  readonly secretExpiresAt: number | undefined
  /** `token_endpoint_auth_method`, as the provider decided. */
  readonly authentication: string | undefined
  /** Where the registration can be read, and with what (RFC 7592). */
  readonly managementUrl: string | undefined
  readonly accessToken: Secret | undefined
  /** Digest of what was asked for: who asks for something else needs another client. */
  readonly terms: string
  readonly registeredAt: number
  /** Another has taken its place for new accounts. */
  readonly isSuperseded: boolean
}

/** Clients that were registered, by owner and by server: none is ever shown to another server (B20). */
export interface ClientRegistrations {
  /** Newest first. */
  list(owner: ClientOwner, server: string): Promise<readonly RegisteredClient[]>
  /** Keeps it as the one that new accounts are connected with. */
  replace(owner: ClientOwner, server: string, client: RegisteredClient): Promise<void>
  supersede(owner: ClientOwner, server: string, clientId: string): Promise<void>
  /** One piece of work at a time for an owner's clients at a server, in this process. */
  alone<Result>(owner: ClientOwner, server: string, work: () => Promise<Result>): Promise<Result>
}
