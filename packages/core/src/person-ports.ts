import type { Page, PageRequest } from './ports.ts'

/** Somebody who may log in: of exactly one organization. */
export interface PersonRecord {
  readonly organizationId: string
  readonly id: string
  /** As it was written; found by and unique by its folded form. */
  readonly email: string
  readonly name: string
  /** Key of a built-in role, or of one of the organization's own. */
  readonly role: string
  /** In the PHC string format; undefined for whoever comes by single sign-on alone. */
  readonly passwordHash: string | undefined
  /** The secret of their authenticator, sealed. */
  readonly totp: Buffer | undefined
  readonly disabled: boolean
  readonly createdAt: number
  readonly updatedAt: number
  readonly lastLoginAt: number | undefined
  readonly version: number
}

/** What goes with a change of a person. */
export interface PersonChange {
  /** Ends their sessions, all or all but this one. */
  readonly endSessions?: 'all' | { readonly except: string }
  /** Digests that take the place of those there are. */
  readonly recoveryCodes?: readonly Buffer[]
}

/** A browser that somebody has logged in with. */
export interface SessionRecord {
  readonly organizationId: string
  readonly id: string
  /** Of what the browser sends. */
  readonly digest: Buffer
  readonly personId: string
  readonly method: 'password' | 'sso'
  /** Of the provider that vouched for them. */
  readonly identityProviderId: string | undefined
  readonly createdAt: number
  /** Of the last proof of who they are. */
  readonly authenticatedAt: number
  /** Written at most once a minute. */
  readonly seenAt: number
  readonly address: string | undefined
  readonly userAgent: string | undefined
}

/** How often something was tried in vain, and when it may be tried next. */
export interface ThrottleRecord {
  readonly organizationId: string
  /** What is throttled: an account's name or a network's, as one of a bounded number of digests. */
  readonly subject: string
  readonly failures: number
  readonly nextAt: number
  readonly updatedAt: number
}

export interface PersonStores {
  people: {
    /** False when the e-mail address is taken. */
    create(person: PersonRecord): Promise<boolean>
    get(organizationId: string, id: string): Promise<PersonRecord | undefined>
    byEmail(organizationId: string, email: string): Promise<PersonRecord | undefined>
    list(organizationId: string, page: PageRequest): Promise<Page<PersonRecord>>
    /** If the row is still at `version - 1`; all but when they logged in last. Fails where the e-mail address is taken. */
    update(person: PersonRecord, change?: PersonChange): Promise<boolean>
    /** With their sessions. */
    delete(organizationId: string, id: string): Promise<boolean>
    /** Marks a step of time as used: false when this one, or a later one, was. */
    takeTotpStep(organizationId: string, id: string, step: number): Promise<boolean>
    /** Once: false when there is none such. */
    takeRecoveryCode(organizationId: string, id: string, digest: Buffer): Promise<boolean>
    countRecoveryCodes(organizationId: string, id: string): Promise<number>
  }
  sessions: {
    /** Marks the person's log-in too. False where they are disabled or gone. */
    create(session: SessionRecord): Promise<boolean>
    byDigest(
      organizationId: string,
      digest: Buffer,
    ): Promise<{ readonly session: SessionRecord; readonly person: PersonRecord } | undefined>
    /** Newest first. */
    list(organizationId: string, personId: string): Promise<readonly SessionRecord[]>
    touch(organizationId: string, id: string, seenAt: number): Promise<void>
    /** A new digest and a new proof, if it still has the one it had: what was known of it before is worth nothing. */
    renew(session: SessionRecord, fromDigest: Buffer): Promise<boolean>
    end(organizationId: string, personId: string, id: string): Promise<boolean>
    /** Of all organizations: those that were seen, or begun, too long ago. */
    deleteExpired(seenBefore: number, createdBefore: number): Promise<void>
  }
  loginThrottles: {
    get(organizationId: string, subject: string): Promise<ThrottleRecord | undefined>
    /** In place of what was read; false when another has written since. */
    write(record: ThrottleRecord, read: ThrottleRecord | undefined): Promise<boolean>
    /** Of all organizations. */
    deleteBefore(updatedAt: number): Promise<void>
  }
}
