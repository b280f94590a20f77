import type { Page, PageRequest } from './ports.ts'

/** A definition as it is kept: of an integration, or of an OAuth client. */
export interface DefinitionRecord {
  readonly organizationId: string
  readonly id: string
  readonly key: string
  readonly name: string
  /** The definition as JSON, its secrets taken out. */
  readonly definition: string
  /** The definition's secrets by JSON Pointer, sealed together. */
  readonly secrets: Buffer | undefined
  /** JSON Pointers of the secrets that are stored. */
  readonly secretsSet: readonly string[]
  /** Goes up by one with each change. */
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** Its definition is that of an integration which has nothing but key, name, hosts and `auth`. */
export type OAuthClientRecord = DefinitionRecord

export interface IntegrationRecord extends DefinitionRecord {
  /** The OAuth client that its definition refers to, read along; only its id is stored with the integration. */
  readonly oauthClient?: OAuthClientRecord | undefined
}

/** OAuth clients that integrations share. */
export interface OAuthClientStore {
  list(organizationId: string, page: PageRequest): Promise<Page<OAuthClientRecord>>
  /** By key, without regard to case. */
  getByKey(organizationId: string, key: string): Promise<OAuthClientRecord | undefined>
  /** False when the key is taken. */
  create(client: OAuthClientRecord): Promise<boolean>
  /**
   * Replaces the row if it is still at `version - 1`, and used by exactly these integrations as they were read. With
   * `reconnect`, the credentials of their accounts are destroyed and the accounts set `needs_reconnect` in the same
   * transaction.
   */
  update(
    client: OAuthClientRecord,
    change: { readonly reconnect: boolean; readonly usedBy: readonly IntegrationRecord[] },
  ): Promise<boolean>
  /** False while an integration refers to it. */
  delete(organizationId: string, id: string): Promise<boolean>
  /** How many integrations refer to it, and how many accounts those have. */
  uses(
    organizationId: string,
    id: string,
  ): Promise<{ readonly integrations: number; readonly accounts: number }>
}
