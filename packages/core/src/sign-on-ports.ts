import type { Page, PageRequest } from './ports.ts'

/** An OpenID provider by which an organization's people log in. */
export interface IdentityProviderRecord {
  readonly organizationId: string
  readonly id: string
  readonly key: string
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  /** The client's secret, sealed; undefined for a public client. */
  readonly secret: Buffer | undefined
  readonly scopes: readonly string[]
  /** Of whoever logs in for the first time; undefined: they may not. */
  readonly defaultRole: string | undefined
  /** Lower case. */
  readonly allowedEmailDomains: readonly string[]
  readonly ssoOnly: boolean
  readonly disabled: boolean
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** Whom an issuer's subject is: the only way to find a person by single sign-on (S4). */
export interface UserIdentityRecord {
  readonly organizationId: string
  readonly issuer: string
  readonly subject: string
  readonly personId: string
  readonly createdAt: number
}

/** What a browser went to an identity provider for. */
export type SignOnPurpose = 'login' | 'link' | 'proof' | 'invitation'

/** A browser on its way to an identity provider and back. */
export interface SignOnFlowRecord {
  readonly organizationId: string
  readonly id: string
  readonly providerId: string
  readonly stateHash: string
  readonly browserHash: string
  readonly purpose: SignOnPurpose
  /** Id of the session for `link` and `proof`, of the invitation for `invitation`. */
  readonly subjectId: string | undefined
  /** Issuer at the start, code verifier, nonce; sealed. */
  readonly memory: Buffer
  readonly createdAt: number
  readonly expiresAt: number
}

export interface SignOnStores {
  identityProviders: {
    /** False when the key is taken. */
    create(provider: IdentityProviderRecord): Promise<boolean>
    /** Of any organization: the address that a browser opens holds the id alone. */
    find(id: string): Promise<IdentityProviderRecord | undefined>
    getByKey(organizationId: string, key: string): Promise<IdentityProviderRecord | undefined>
    /** By id. */
    list(organizationId: string, page: PageRequest): Promise<Page<IdentityProviderRecord>>
    /** Whether people who are no owners are to log in by a provider alone. */
    isPasswordRefused(organizationId: string): Promise<boolean>
    /** Ends the sessions of people who are no owners that a password began. */
    endPasswordSessions(organizationId: string): Promise<void>
    /** If the row is still at `version - 1`. */
    update(provider: IdentityProviderRecord): Promise<boolean>
    delete(organizationId: string, id: string): Promise<boolean>
  }
  userIdentities: {
    find(organizationId: string, issuer: string, subject: string): Promise<UserIdentityRecord | undefined>
    list(organizationId: string, personIds: readonly string[]): Promise<readonly UserIdentityRecord[]>
    /** False where it is somebody's already. */
    create(identity: UserIdentityRecord): Promise<boolean>
    /** Of one person: all of an issuer. */
    delete(organizationId: string, personId: string, issuer: string): Promise<boolean>
  }
  signOnFlows: {
    create(flow: SignOnFlowRecord): Promise<void>
    byState(
      organizationId: string,
      providerId: string,
      stateHash: string,
    ): Promise<SignOnFlowRecord | undefined>
    /** Takes the flow away: once, whatever becomes of it afterwards. */
    take(organizationId: string, id: string): Promise<boolean>
    /** Of all organizations. */
    deleteExpired(before: number): Promise<void>
  }
}
