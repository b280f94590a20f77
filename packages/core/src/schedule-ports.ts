import type { AccountRecord } from './account-ports.ts'

/** An integration with accounts that are due: what one provider is asked for stands in a lane of its own. */
export interface LaneRecord {
  readonly organizationId: string
  readonly integrationId: string
  /** Whose accounts count for the same cap; undefined where the integration has its client to itself. */
  readonly oauthClientId: string | undefined
  /** Since when the account that waits longest is due. */
  readonly dueAt: number
}

/** An account that is due, as far as it decides what is done. */
export interface DueAccountRecord {
  readonly organizationId: string
  readonly id: string
  readonly generation: number
  readonly issuedAt: number | undefined
  readonly createdAt: number
  readonly lastUsedAt: number | undefined
  readonly dueAt: number
}

/** How many renewals of a client are wanted at once, and how many it may have in a second. */
export interface RateRequest {
  readonly count: number
  readonly perSecond: number
}

/** What is to be renewed in the background. Of all organizations: a job's work. */
export interface ScheduleStore {
  /** Lanes with work that is due, those that wait longest first. */
  lanes(now: number): Promise<readonly LaneRecord[]>
  /** What of a lane is due, oldest first. */
  due(
    lane: Pick<LaneRecord, 'organizationId' | 'integrationId'>,
    now: number,
    limit: number,
  ): Promise<readonly DueAccountRecord[]>
  /**
   * Takes what is still due and makes it due again only at `until`, should nobody finish it. Accounts of one lane; of
   * several claimers each account goes to one: as it stands then, so that it need not be read again.
   */
  claim(accounts: readonly DueAccountRecord[], now: number, until: number): Promise<readonly AccountRecord[]>
  /**
   * Lets a client have `count` renewals now, or none. Over any time it is given as many as `perSecond` allows, and at
   * most those of one second more, whoever asks. By the store's own clock, which all processes share.
   */
  takeRate(organizationId: string, clientId: string, request: RateRequest): Promise<boolean>
}
