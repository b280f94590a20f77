import { randomBytes } from 'node:crypto'
import type { Behaviour } from './behaviour.ts'

/** How an access token came to be. */
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials'

/** One authorization and all tokens that descend from it: the family that falls together. */
export interface Grant {
  clientId: string
  subject: string
  scopes: string[]
  accessTokensIssued: number
  revoked: boolean
  /** Its refresh tokens, in the order of their issue. */
  refreshTokens: RefreshToken[]
  /** How often one of them came back after it had been replaced for good. */
  reuseEvents: number
}

export interface AccessToken {
  grant: Grant
  number: number
  issuedBy: GrantType
  scopes: string[]
  issuedAt: number
  expiresAt: number | undefined
}

export interface RefreshToken {
  grant: Grant
  /** When it was replaced; absent while it is the current one. */
  replacedAt: number | undefined
  /** How often it was sent to the token endpoint, whatever came of that. */
  timesSent: number
}

/** What became of one authorization: what only the provider knows for sure. */
export interface Family {
  readonly revoked: boolean
  readonly reuseEvents: number
  /** For each of its refresh tokens, in the order of their issue, how often it was sent. */
  readonly timesSent: readonly number[]
}

export interface AuthorizationCode {
  grant: Grant
  redirectUri: string | undefined
  codeChallenge: string | undefined
  expiresAt: number
  used: boolean
}

/** An authorization of which nothing has been issued yet. */
export function newGrant(given: Pick<Grant, 'clientId' | 'subject' | 'scopes'>): Grant {
  return { ...given, accessTokensIssued: 0, revoked: false, refreshTokens: [], reuseEvents: 0 }
}

/** Remembers what was issued. Values are opaque; only this file knows how they are made. */
export class Ledger {
  readonly #behaviour: Behaviour
  readonly #now: () => number
  readonly #accessTokens = new Map<string, AccessToken>()
  readonly #refreshTokens = new Map<string, RefreshToken>()
  readonly #codes = new Map<string, AuthorizationCode>()
  readonly #machineGrants = new Map<string, Grant>()

  constructor(behaviour: Behaviour, now: () => number) {
    this.#behaviour = behaviour
    this.#now = now
  }

  issueAccessToken(grant: Grant, issuedBy: GrantType, scopes = grant.scopes): string {
    this.#sweep()
    const issuedAt = this.#now()
    const lifetime = this.#behaviour.accessTokenLifetimeSeconds
    const expiresAt = lifetime === undefined ? undefined : issuedAt + lifetime * 1000
    grant.accessTokensIssued += 1
    const value = opaque('access')
    const number = grant.accessTokensIssued
    this.#accessTokens.set(value, { grant, number, issuedBy, scopes, issuedAt, expiresAt })
    return value
  }

  issueRefreshToken(grant: Grant): string {
    const value = opaque('refresh')
    const token = { grant, replacedAt: undefined, timesSent: 0 }
    grant.refreshTokens.push(token)
    this.#refreshTokens.set(value, token)
    return value
  }

  issueCode(code: Omit<AuthorizationCode, 'used' | 'expiresAt'>): string {
    const value = opaque('code')
    this.#codes.set(value, { ...code, used: false, expiresAt: this.#now() + 60_000 })
    return value
  }

  code(value: string): AuthorizationCode | undefined {
    return this.#codes.get(value)
  }

  accessToken(value: string): AccessToken | undefined {
    return this.#accessTokens.get(value)
  }

  refreshToken(value: string): RefreshToken | undefined {
    return this.#refreshTokens.get(value)
  }

  /** The family of a refresh token, whether that is still the current one or not. */
  family(refreshToken: string): Family | undefined {
    const grant = this.#refreshTokens.get(refreshToken)?.grant
    if (!grant) return undefined
    const { revoked, reuseEvents, refreshTokens } = grant
    return { revoked, reuseEvents, timesSent: refreshTokens.map(({ timesSent }) => timesSent) }
  }

  acceptedAccessToken(value: string): AccessToken | undefined {
    const token = this.#accessTokens.get(value)
    return token && this.#isAlive(token) ? token : undefined
  }

  // Client credentials have no person and no end, so one grant per client lets its tokens be counted.
  machineGrant(clientId: string): Grant {
    const known = this.#machineGrants.get(clientId)
    if (known && !known.revoked) return known
    const grant = newGrant({ clientId, subject: clientId, scopes: [] })
    this.#machineGrants.set(clientId, grant)
    return grant
  }

  forgetAccessToken(value: string): void {
    this.#accessTokens.delete(value)
  }

  forgetAccessTokens(): void {
    this.#accessTokens.clear()
  }

  withdrawConsent(): void {
    for (const { grant } of this.#refreshTokens.values()) grant.revoked = true
    for (const { grant } of this.#accessTokens.values()) grant.revoked = true
  }

  #isAlive({ grant, expiresAt }: AccessToken): boolean {
    return !grant.revoked && (expiresAt === undefined || expiresAt > this.#now())
  }

  #sweep(): void {
    for (const [value, token] of this.#accessTokens) {
      if (!this.#isAlive(token)) this.#accessTokens.delete(value)
    }
    for (const [value, code] of this.#codes) if (code.expiresAt <= this.#now()) this.#codes.delete(value)
  }
}

function opaque(kind: string): string {
  return `${kind}-${randomBytes(24).toString('base64url')}`
}
