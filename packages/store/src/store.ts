import type { AuditKeys, Clock, Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { accounts } from './accounts.ts'
import { type Announce, createAnnounce } from './announce.ts'
import { apiKeys } from './api-keys.ts'
import { apps } from './apps.ts'
import { audit, createWriteAudit, recorded, type WriteAudit } from './audit.ts'
import { calls } from './calls.ts'
import { clientRegistrations } from './client-registrations.ts'
import { connectLinks } from './connect-links.ts'
import { dataKeys } from './data-keys.ts'
import { deliveries } from './deliveries.ts'
import { devicePolls } from './device-polls.ts'
import type { StoreDialect } from './dialects/dialect.ts'
import { environments } from './environments.ts'
import { events } from './events.ts'
import { flows } from './flows.ts'
import { identityProviders } from './identity-providers.ts'
import { importRecipients } from './import-recipients.ts'
import { instance } from './instance.ts'
import { integrations } from './integrations.ts'
import { invitations } from './invitations.ts'
import { keyRotations } from './key-rotations.ts'
import { loginThrottles } from './login-throttles.ts'
import { oauthClients } from './oauth-clients.ts'
import { operations } from './operations.ts'
import { organizations } from './organizations.ts'
import { people } from './people.ts'
import type { Place } from './place.ts'
import { renewalIntents } from './renewal-intents.ts'
import { revocationRuns } from './revocation-runs.ts'
import { revocations } from './revocations.ts'
import { owners, roles } from './roles.ts'
import { schedule } from './schedule.ts'
import { sealedValues } from './sealed-values.ts'
import { sessions } from './sessions.ts'
import { setup } from './setup.ts'
import { shreddings } from './shreddings.ts'
import { signOnFlows, userIdentities } from './sign-on.ts'
import type { Tables } from './tables.ts'
import { traces } from './traces.ts'
import { webhooks } from './webhooks.ts'

/** Core's store on a database of whichever dialect, which says itself where it lives. */
export function createStore(
  database: Kysely<Tables>,
  {
    dialect,
    clock,
    place,
  }: { readonly dialect: StoreDialect; readonly clock: Clock; readonly place: () => Promise<Place> },
): Store {
  const announce = createAnnounce(clock)
  const parts = { dialect, clock, place, announce, writeAudit: createWriteAudit(clock), auditKeys: noKeys }
  return storeOn(database, parts)
}

interface Parts {
  readonly dialect: StoreDialect
  readonly clock: Clock
  readonly place: () => Promise<Place>
  readonly announce: Announce
  readonly writeAudit: WriteAudit
  readonly auditKeys: AuditKeys
}

const noKeys: AuditKeys = {
  of() {
    throw new Error('Nobody gave this store the keys of audits, without which it writes nothing down.')
  },
}

/** On the database, or within a transaction of it. */
function storeOn(database: Kysely<Tables>, parts: Parts): Store {
  const { dialect, clock, place, announce, writeAudit: write, auditKeys: keys } = parts
  const now = () => dialect.now(clock)
  return {
    instance: instance(database, { clock, place, announce }),
    shreddings: shreddings(database, dialect),
    organizations: organizations(database),
    audit: audit(database, write),
    chainedBy: (auditKeys) => storeOn(database, { ...parts, auditKeys }),
    recorded: recorded(database, { write, keys }, (transaction) => storeOn(transaction, parts)),
    dataKeys: dataKeys(database),
    environments: environments(database),
    integrations: integrations(database, announce),
    oauthClients: oauthClients(database, announce),
    accounts: accounts(database, announce),
    flows: flows(database),
    connectLinks: connectLinks(database),
    devicePolls: devicePolls(database),
    renewalIntents: renewalIntents(database, now),
    schedule: schedule(database, now),
    revocations: revocations(database, announce),
    revocationRuns: revocationRuns(database),
    traces: traces(database),
    clientRegistrations: clientRegistrations(database),
    importRecipients: importRecipients(database),
    events: events(database),
    calls: calls(database, dialect),
    webhooks: webhooks(database),
    deliveries: deliveries(database),
    apiKeys: apiKeys(database),
    roles: roles(database),
    owners: owners(database),
    invitations: invitations(database),
    identityProviders: identityProviders(database),
    userIdentities: userIdentities(database),
    signOnFlows: signOnFlows(database),
    people: people(database),
    sessions: sessions(database),
    loginThrottles: loginThrottles(database),
    apps: apps(database),
    operations: operations(database),
    setup: setup(database),
    keyRotations: keyRotations(database, now),
    sealedValues: sealedValues(database),
  }
}
