import { randomBytes } from 'node:crypto'
import { Secret } from '@sallyport/core'
import { type AccountRow, accountRow, newId, sealCredential, type Vault } from './inside.ts'
import { refreshToken } from './tokens.ts'

/** Accounts of one integration that are to be in a database. */
export interface Lane {
  readonly integrationId: string
  readonly accounts: number
  /** Of its tokens. */
  readonly lifetimeMilliseconds: number
  /** When each is due, by its place among them: a fraction from 0 to 1. */
  readonly dueAt: (place: number) => number
  /** Whether anybody will open its credentials. */
  readonly isOpened: boolean
}

/** Whose they are, and what seals them. */
export interface Owner {
  readonly organizationId: string
  readonly environment: string
  readonly vault: Vault
}

const random = { bytes: randomBytes }

/**
 * Rows as the product writes them for accounts that were connected. Lanes take turns, as they would have grown. `first`
 * is the number by which the provider knows the first account.
 *
 * A credential is sealed for its own row, which takes about a tenth of a millisecond: so those that nobody opens are
 * one that was sealed for a row that is not there, and a million of them are not minutes of waiting.
 */
export async function* accountRows(
  owner: Owner,
  lanes: readonly Lane[],
  first: number,
): AsyncGenerator<AccountRow> {
  const longest = Math.max(...lanes.map(({ accounts }) => accounts))
  const template = await templateRow(owner)
  let number = first
  for (let turn = 0; turn < longest; turn += 1) {
    for (const lane of lanes) {
      if (turn >= lane.accounts) continue
      // Spread over all of its time, and in no order that an index could profit from.
      const place = ((turn * 7919) % lane.accounts) / lane.accounts
      const row = rowOf(template, lane, { number, due: Math.round(lane.dueAt(place)) })
      yield lane.isOpened ? { ...row, credential: await sealedFor(owner, row.id, number) } : row
      number += 1
    }
  }
}

function rowOf(
  template: AccountRow,
  { integrationId, lifetimeMilliseconds }: Lane,
  { number, due }: { readonly number: number; readonly due: number },
): AccountRow {
  // Between a quarter of its life and half of it: what was issued then may well be due now.
  const issuedAt = due - Math.round(lifetimeMilliseconds * 0.375)
  return {
    ...template,
    id: newId('acc', { clock: { now: () => template.created_at }, random }),
    integration_id: integrationId,
    name: `Account ${number}`,
    name_folded: `account ${number}`,
    issued_at: issuedAt,
    expires_at: issuedAt + lifetimeMilliseconds,
    due_at: due,
  }
}

function sealedFor(
  { vault, organizationId, environment }: Owner,
  id: string,
  number: number,
): Promise<Buffer> {
  const now = Date.now()
  return sealCredential(
    vault,
    { organizationId, environment, id, generation: 1 },
    {
      secret: {},
      parameters: {},
      tokens: {
        accessToken: new Secret(`access-${randomBytes(24).toString('hex')}`),
        refreshToken: new Secret(refreshToken(number, 1)),
        tokenType: 'Bearer',
        // The columns say it for the schedule; what a renewal reads of it is the refresh token.
        issuedAt: now,
        expiresAt: now,
        scopes: [],
      },
    },
  )
}

async function templateRow(owner: Owner): Promise<AccountRow> {
  const now = Date.now()
  const { organizationId, environment } = owner
  const id = newId('acc', { clock: { now: () => now }, random })
  return accountRow({
    ...{ organizationId, environment, id, integrationId: '', name: '', disabled: false },
    ...{ parameters: {}, tags: {}, status: 'connected', reason: undefined, reasonDetail: undefined },
    credential: await sealedFor(owner, id, 0),
    secretsSet: ['/secret/accessToken', '/secret/refreshToken'],
    ...{ generation: 1, issuedAt: now, expiresAt: now, renewable: true, scopes: [], kept: {} },
    ...{
      refreshExpiresAt: undefined,
      dueAt: now,
      revocation: undefined,
      connectedAt: now,
      exportedAt: undefined,
      differences: undefined,
      createdBy: undefined,
      version: 1,
    },
    // One that was connected within a day counts as used.
    ...{ statusSince: undefined, lastUsedAt: undefined, createdAt: now, updatedAt: now },
  })
}

/** So many at a time. */
export async function* inBatches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
