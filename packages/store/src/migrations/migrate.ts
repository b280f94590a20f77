import { type Kysely, type Migration, Migrator } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { initial } from './0001-initial.ts'
import { keptValues } from './0002-kept-values.ts'
import { oauthClients } from './0003-oauth-clients.ts'
import { devicePolls } from './0004-device-polls.ts'
import { revocations } from './0005-revocations.ts'
import { traces } from './0006-traces.ts'
import { clientRegistrations } from './0007-client-registrations.ts'
import { renewalIntents } from './0010-renewal-intents.ts'
import { events } from './0011-events.ts'
import { instance } from './0012-instance.ts'
import { dueRenewals } from './0013-due-renewals.ts'
import { statusSince } from './0014-status-since.ts'
import { callBatches } from './0015-call-batches.ts'
import { audit } from './0016-audit.ts'
import { apps } from './0017-apps.ts'
import { people } from './0018-people.ts'
import { signOn } from './0019-sign-on.ts'

/** In order; one that was released never changes. */
const migrations: Record<string, (database: Kysely<unknown>, dialect: StoreDialect) => Promise<void>> = {
  '0001-initial': initial,
  '0002-kept-values': keptValues,
  '0003-oauth-clients': oauthClients,
  '0004-device-polls': devicePolls,
  '0005-revocations': revocations,
  '0006-traces': traces,
  '0007-client-registrations': clientRegistrations,
  '0010-renewal-intents': renewalIntents,
  '0011-events': events,
  '0012-instance': instance,
  '0013-due-renewals': dueRenewals,
  '0014-status-since': statusSince,
  '0015-call-batches': callBatches,
  '0016-audit': audit,
  '0017-apps': apps,
  '0018-people': people,
  '0019-sign-on': signOn,
}

/** Brings the schema up to date, in one transaction. A database of a newer version is refused. */
export async function migrate<Database>(database: Kysely<Database>, dialect: StoreDialect): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => provided(dialect) },
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw new Error('The database could not be brought up to date.', { cause: error })
}

function provided(dialect: StoreDialect): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, up]) => [
      name,
      { up: (database: Kysely<unknown>) => up(database, dialect) },
    ]),
  )
}
