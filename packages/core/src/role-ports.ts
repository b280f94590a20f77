import type { BuiltInRoleName, Scope } from '@sallyport/contract'
import type { Page, PageRequest } from './ports.ts'

/** A role of an organization's own. */
export interface RoleRecord {
  readonly organizationId: string
  readonly id: string
  readonly key: string
  readonly name: string
  readonly base: BuiltInRoleName
  /** Scopes of the base that it does not hold. */
  readonly without: readonly Scope[]
  readonly createdAt: number
}

/** Somebody who may become a user, once, with a link that is theirs alone. */
export interface InvitationRecord {
  readonly organizationId: string
  readonly id: string
  readonly email: string
  readonly role: string
  /** Of what the link holds. */
  readonly digest: Buffer
  readonly createdAt: number
  readonly expiresAt: number
}

/** Where one of these says that it holds something, nobody changes that until the transaction has ended. */
export interface RoleStores {
  roles: {
    /** False when the key is taken. */
    create(role: RoleRecord): Promise<boolean>
    get(organizationId: string, key: string): Promise<RoleRecord | undefined>
    /** Oldest first. */
    list(organizationId: string): Promise<readonly RoleRecord[]>
    /** Name, base and scopes. */
    update(role: RoleRecord): Promise<boolean>
    /** Holds the role, so that it can be given; false where there is none. */
    hold(organizationId: string, key: string): Promise<boolean>
    /** False while a person, an invitation or an identity provider has it. After `hold`, and in the same transaction. */
    delete(organizationId: string, key: string): Promise<boolean>
  }
  owners: {
    /** Holds who the owners are. */
    hold(organizationId: string): Promise<void>
    /** Whether there is one who is not disabled. */
    exist(organizationId: string): Promise<boolean>
  }
  invitations: {
    /** In place of the one that its address has. */
    create(invitation: InvitationRecord): Promise<void>
    get(organizationId: string, id: string): Promise<InvitationRecord | undefined>
    byDigest(organizationId: string, digest: Buffer): Promise<InvitationRecord | undefined>
    /** By id: those that have not expired. */
    list(organizationId: string, now: number, page: PageRequest): Promise<Page<InvitationRecord>>
    /** Once: false when it is gone. */
    delete(organizationId: string, id: string): Promise<boolean>
    /** Of all organizations. */
    deleteExpired(before: number): Promise<void>
  }
}
