import { randomBytes } from 'node:crypto'

/** One authorization, and all that came of it. */
export interface Authorization {
  readonly redirectUri: string | undefined
  readonly codeChallenge: string | undefined
  readonly codeChallengeMethod: string | undefined
  readonly state: string | undefined
  revoked: boolean
}

/** What opens the API, or one request on the way there. */
export interface AccessToken {
  readonly value: string
  /** `access`, or the name that a definition gives a further one. */
  readonly name: string
  /** How many exchanges lie behind it. */
  readonly stage: number
  readonly authorization: Authorization
  readonly issuedAt: number
  expiresAt: number
}

/** One that nobody had to consent to, or of which nothing more is known. */
export function newAuthorization(known: Partial<Authorization> = {}): Authorization {
  const nothing = {
    redirectUri: undefined,
    codeChallenge: undefined,
    codeChallengeMethod: undefined,
    state: undefined,
  }
  return { ...nothing, ...known, revoked: false }
}

interface RefreshToken {
  readonly authorization: Authorization
  /** Epoch milliseconds; undefined while it is the current one. */
  replacedAt: number | undefined
}

/** What becomes of a refresh token that was used: kept for ever, for some seconds more, or for none. */
export type GraceSeconds = number

/** Remembers what was issued, and forgets it when it is told to. */
export class TokenBook {
  readonly #now: () => number
  readonly #codes = new Map<string, Authorization>()
  readonly #access = new Map<string, AccessToken>()
  readonly #refresh = new Map<string, RefreshToken>()

  constructor(now: () => number) {
    this.#now = now
  }

  issueCode(authorization: Authorization): string {
    const code = opaque('code')
    this.#codes.set(code, authorization)
    return code
  }

  /** The authorization that a code stands for, once. */
  takeCode(code: string): Authorization | undefined {
    const authorization = this.#codes.get(code)
    this.#codes.delete(code)
    return authorization
  }

  issueAccess(
    token: Omit<AccessToken, 'value' | 'issuedAt' | 'expiresAt'> & { readonly seconds: number },
  ): AccessToken {
    const now = this.#now()
    const { seconds, ...rest } = token
    // What is allowed in a bearer token has to be encoded in a query (RFC 6750 §2.1).
    const issued = {
      ...rest,
      value: `${opaque(token.name)}+/=`,
      issuedAt: now,
      expiresAt: now + seconds * 1000,
    }
    this.#access.set(issued.value, issued)
    return issued
  }

  /** One that has neither ended nor been revoked or forgotten. */
  living(value: string): AccessToken | undefined {
    const token = this.#access.get(value)
    return token && !token.authorization.revoked && token.expiresAt > this.#now() ? token : undefined
  }

  issueRefresh(authorization: Authorization): string {
    const value = opaque('refresh')
    this.#refresh.set(value, { authorization, replacedAt: undefined })
    return value
  }

  /** The authorization of a refresh token that may be used; one that was used before ends all of its tokens. */
  useRefresh(value: string, grace: GraceSeconds): Authorization | undefined {
    const token = this.#refresh.get(value)
    if (!token || token.authorization.revoked) return undefined
    const { replacedAt } = token
    if (replacedAt !== undefined && this.#now() >= replacedAt + grace * 1000) {
      token.authorization.revoked = true
      return undefined
    }
    token.replacedAt ??= this.#now()
    return token.authorization
  }

  /** Whose a token of either kind is; undefined where it is none of ours. */
  ownerOf(value: string): Authorization | undefined {
    return (this.#access.get(value) ?? this.#refresh.get(value))?.authorization
  }

  /** When the newest of an authorization's access tokens was issued. */
  lastIssue(authorization: Authorization): number | undefined {
    const all = [...this.#access.values()].filter((token) => token.authorization === authorization)
    return all.at(-1)?.issuedAt
  }

  /** Lets the living access tokens of an authorization live for so long from now. */
  prolong(authorization: Authorization, seconds: number): void {
    for (const token of this.#access.values()) {
      if (token.authorization === authorization) token.expiresAt = this.#now() + seconds * 1000
    }
  }

  /** Ends all access tokens, as a provider does that has lost its mind; refresh tokens go on. */
  forgetAccess(): void {
    this.#access.clear()
  }

  isAccess(value: string): boolean {
    return this.#access.has(value)
  }

  /** Ends every authorization; false where none was left. */
  withdraw(): boolean {
    const tokens = [...this.#access.values(), ...this.#refresh.values()]
    const left = tokens.filter(({ authorization }) => !authorization.revoked)
    for (const { authorization } of left) authorization.revoked = true
    return left.length > 0
  }
}

function opaque(kind: string): string {
  return `${kind}.${randomBytes(18).toString('base64url')}`
}
