/** A link by which somebody connects an account, once. */
export interface ConnectLinkRecord {
  readonly organizationId: string
  readonly environment: string
  readonly id: string
  readonly integrationId: string
  /** The account that it connects: named with it, or made by it. */
  readonly accountId: string | undefined
  /** Whether the account is one that it makes. */
  readonly makesAccount: boolean
  /** Of the account that it makes. */
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly returnUrl: string | undefined
  /** Of what the link holds. */
  readonly digest: Buffer
  /** Whose link it is: it ends with the key or the person. Both undefined for the operator. */
  readonly keyId: string | undefined
  readonly userId: string | undefined
  /** The browser that began, which alone may go on (A2). */
  readonly browserHash: string | undefined
  /** What is under way: an authorization, here or on another device. */
  readonly flowId: string | undefined
  /** What a person is to enter on another device. */
  readonly sealed: Buffer | undefined
  /** In which somebody reads it. */
  readonly language: string | undefined
  readonly attempts: number
  readonly state: 'open' | 'begun' | 'done'
  readonly createdAt: number
  readonly expiresAt: number
}

/** What a link has come to. */
export type ConnectLinkAim = Pick<ConnectLinkRecord, 'organizationId' | 'id'> & {
  readonly accountId: string
  readonly flowId: string | undefined
  readonly sealed?: Buffer | undefined
}

export interface ConnectLinkStore {
  create(link: ConnectLinkRecord): Promise<void>
  byId(id: string): Promise<ConnectLinkRecord | undefined>
  /** The link that this authorization is under way for, and no other since. */
  byFlow(organizationId: string, flowId: string): Promise<ConnectLinkRecord | undefined>
  /** How many of an organization can be used. */
  countOpen(organizationId: string, now: number): Promise<number>
  /** Counts an attempt of the first browser, or of this same one: false for others, too late, and after `most`. */
  attempt(
    link: Pick<ConnectLinkRecord, 'organizationId' | 'id'>,
    by: { readonly browserHash: string; readonly language: string | undefined },
    limits: { readonly now: number; readonly most: number },
  ): Promise<boolean>
  /** What is under way from now on, in place of what was: its authorization goes. False once it is done, or has another account. */
  aim(aim: ConnectLinkAim): Promise<boolean>
  /** Once: false when it is done already, or where something else is under way by now than `from`. */
  finish(aim: ConnectLinkAim, from: { readonly flowId: string | undefined }): Promise<boolean>
  /** Of all organizations: links that made accounts which nobody connected. */
  abandoned(before: number, limit: number): Promise<readonly ConnectLinkRecord[]>
  delete(link: Pick<ConnectLinkRecord, 'organizationId' | 'id'>): Promise<void>
  /** Of all organizations, but those that `abandoned` gives. */
  deleteExpired(before: number): Promise<void>
}
