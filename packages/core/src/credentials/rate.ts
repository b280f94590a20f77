import type { IntegrationRecord, Store } from '../ports.ts'
import { registrationIdOf } from './definition.ts'

/** Renewals in a second of one client, where its definition does not say. */
export const usualPerSecond = 50

/** How many of `wanted` renewals a client may have now, over all processes that share the database. */
export async function takeRate(
  store: Pick<Store, 'schedule'>,
  integration: IntegrationRecord,
  { wanted, perSecond }: { readonly wanted: number; readonly perSecond: number },
): Promise<number> {
  const client = registrationIdOf(integration)
  let taken = 0
  for (let count = Math.min(wanted, perSecond); count > 0; ) {
    const { organizationId } = integration
    const isGiven = await store.schedule.takeRate(organizationId, client, { count, perSecond })
    if (isGiven) taken += count
    // What is refused is asked for by half, so that what is left is found in a few steps.
    count = Math.min(isGiven ? count : Math.floor(count / 2), wanted - taken)
  }
  return taken
}
