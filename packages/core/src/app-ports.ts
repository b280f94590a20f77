import type { AppUse } from './error.ts'
import type { EnvironmentRecord, Page, PageRequest } from './ports.ts'

export interface AdapterRecord {
  readonly name: string
  readonly integrationId: string
  /** Its key, read along. */
  readonly integration: string
  readonly description: string | undefined
}

export interface AppRecord {
  readonly organizationId: string
  readonly id: string
  readonly key: string
  readonly name: string
  readonly adapters: readonly AdapterRecord[]
  /** Goes up by one with each change. */
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface ProfileRecord {
  readonly organizationId: string
  readonly appId: string
  readonly name: string
  readonly environment: string
  readonly settings: Readonly<Record<string, string>>
  /** Account by adapter, in the adapter's own spelling. */
  readonly bindings: Readonly<Record<string, string>>
  /** Goes up by one with each change. */
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** What may be used by apps: by adapters, by profiles, by their bindings. */
export type Used =
  | { readonly integrationId: string }
  | { readonly environment: string }
  | { readonly accountId: string }

/** Apps, their adapters and profiles. Names are found without regard to case. */
export interface AppStore {
  list(organizationId: string, page: PageRequest): Promise<Page<AppRecord>>
  get(organizationId: string, id: string): Promise<AppRecord | undefined>
  getByKey(organizationId: string, key: string): Promise<AppRecord | undefined>
  /** With its first profiles, and those of these environments that there are none of yet. False when the key is taken. */
  create(
    app: AppRecord,
    profiles: readonly ProfileRecord[],
    environments: readonly EnvironmentRecord[],
  ): Promise<boolean>
  /**
   * Replaces the row and its adapters if it is still at `version - 1`. An adapter that goes, or changes its integration,
   * is bound nowhere any more.
   */
  update(app: AppRecord): Promise<boolean>
  /** Another name for one adapter if the row is still at `version - 1`; bindings go along. False also where it is taken. */
  renameAdapter(app: AppRecord, from: string, to: string): Promise<boolean>
  /** False while keys belong to its profiles. */
  delete(organizationId: string, id: string): Promise<boolean>
  /** Oldest first. */
  profiles(organizationId: string, appId: string): Promise<readonly ProfileRecord[]>
  profile(organizationId: string, appId: string, name: string): Promise<ProfileRecord | undefined>
  /**
   * Makes it at version 1, or replaces it if it is still at `version - 1`. False also where a binding does not lead from
   * an adapter of the app to an account of the adapter's integration in the profile's environment, and where the
   * environment would change while keys belong to the profile.
   */
  putProfile(profile: ProfileRecord): Promise<boolean>
  /** Another name for it if it is still at `version - 1`; bindings and keys go along. False also where it is taken. */
  renameProfile(profile: ProfileRecord, from: string): Promise<boolean>
  /** False while keys belong to it. */
  deleteProfile(organizationId: string, appId: string, name: string): Promise<boolean>
  /** Where in apps it is used. */
  uses(organizationId: string, used: Used): Promise<readonly AppUse[]>
}
