import type { Clock, QuarantineCounts } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import type { Announce } from './announce.ts'
import { destroyCredentials } from './destroy-credentials.ts'
import type { Tables } from './tables.ts'

const because = {
  reason: 'quarantined',
  reasonDetail:
    'This is a copy of another Sallyport’s database, whose credentials were left to that one. Connect the account again.',
}

/** Destroys what of a copy could reach into the original: one transaction. */
export async function quarantine(
  transaction: Kysely<Tables>,
  { clock, announce }: { readonly clock: Clock; readonly announce: Announce },
): Promise<QuarantineCounts> {
  const updatedAt = clock.now()
  // A database is quarantined as a whole.
  const across = acrossOrganizations(transaction)
  // First, so that nobody is told of all that follows.
  const webhooks = await disableWebhooks(across, updatedAt)
  const flows = await removeAll(across, 'flow')
  const devicePolls = await removeAll(across, 'device_poll')
  const renewals = await removeAll(across, 'renewal_intent')
  await removeAll(across, 'renewal_orphan')
  // What is sealed to the original is not for its copy.
  await removeAll(across, 'import_recipient')
  // Whoever has a registration's token may change or end it.
  await removeAll(across, 'client_registration')
  // A browser that logged in there is logged in there alone.
  await removeAll(across, 'session')
  await removeAll(across, 'sign_on_flow')
  await removeAll(across, 'revocation_run_account')
  await removeAll(across, 'revocation_run')
  const revocations = await removeAll(across, 'revocation')
  const update = across.updateTable('account').set({ revocation: null })
  await update.where('revocation', '=', 'pending').execute()

  let accounts = 0
  for (const { id } of await across.selectFrom('organization').select('id').execute()) {
    const owner = { organizationId: id, updatedAt, announce, because }
    accounts += await destroyCredentials(transaction, owner, ({ eb, or }) =>
      or([
        eb('account.renewable', '=', 1),
        // Issued by a provider, whoever brought them here.
        eb('account.secrets_set', 'like', '%"/secret/accessToken"%'),
        eb('account.secrets_set', 'like', '%"/secret/refreshToken"%'),
      ]),
    )
  }
  return { accounts, revocations, devicePolls, flows, renewals, webhooks }
}

async function disableWebhooks(across: Kysely<Tables>, updatedAt: number): Promise<number> {
  // What is on its way the original sends.
  await across.deleteFrom('delivery').where('state', '=', 'pending').execute()
  const result = await across
    .updateTable('webhook')
    .set(({ eb }) => ({
      disabled: 1,
      disabled_reason: because.reason,
      version: eb('version', '+', 1),
      updated_at: updatedAt,
    }))
    .where('disabled', '=', 0)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

async function removeAll(
  across: Kysely<Tables>,
  table:
    | ('flow' | 'device_poll' | 'renewal_intent' | 'renewal_orphan' | 'client_registration' | 'revocation')
    | ('session' | 'sign_on_flow' | 'revocation_run' | 'revocation_run_account' | 'import_recipient'),
): Promise<number> {
  return Number((await across.deleteFrom(table).executeTakeFirst()).numDeletedRows)
}
