/** A key of an organization's own that what it imports is sealed to. */
export interface ImportRecipientRecord {
  readonly organizationId: string
  readonly id: string
  /** The public key, as age writes it. */
  readonly recipient: string
  /** The private key, sealed: it never leaves. */
  readonly sealed: Buffer
  readonly createdAt: number
  readonly expiresAt: number
}

export interface ImportRecipientStore {
  /** Those that are good at this moment, oldest first. */
  list(organizationId: string, now: number): Promise<readonly ImportRecipientRecord[]>
  /** Takes away those of the organization that have ended by then. */
  create(recipient: ImportRecipientRecord): Promise<void>
  delete(organizationId: string, id: string): Promise<boolean>
}
