import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { BackupRefused } from '../backup/backup-refused.ts'
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
import { rowSecurity } from './0020-row-security.ts'
import { auditChain } from './0021-audit-chain.ts'
import { keyRotations } from './0022-key-rotations.ts'
import { revocationRuns } from './0023-revocation-runs.ts'
import { shredding } from './0024-shredding.ts'
import { restoredInstance } from './0025-restored-instance.ts'
import { exports } from './0026-exports.ts'
import { operations } from './0027-operations.ts'
import { connectLinks } from './0028-connect-links.ts'
import { accountLists } from './0029-account-lists.ts'

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
  '0020-row-security': rowSecurity,
  '0021-audit-chain': auditChain,
  '0022-key-rotations': keyRotations,
  '0023-revocation-runs': revocationRuns,
  '0024-shredding': shredding,
  '0025-restored-instance': restoredInstance,
  '0026-exports': exports,
  '0027-operations': operations,
  '0028-connect-links': connectLinks,
  '0029-account-lists': accountLists,
}

/** A newer version has been here, and what it changed is not known to this one. */
export class NewerDatabase extends Error {
  constructor() {
    super('The database could not be brought up to date: a newer version has used it.')
    this.name = 'NewerDatabase'
  }
}

/** Brings the schema up to date, in one transaction. @throws NewerDatabase */
export async function migrate<Database>(database: Kysely<Database>, dialect: StoreDialect): Promise<void> {
  const { error } = await migratorOf(database, dialect).migrateToLatest()
  if (!error) return
  if (await isNewer(database)) throw new NewerDatabase()
  throw new Error('The database could not be brought up to date.', { cause: error })
}

async function isNewer<Database>(database: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ name: string }>`select name from migration`.execute(database)
  return rows.some(({ name }) => !Object.hasOwn(migrations, name))
}

/** Makes the tables of an empty database as they were after this migration. */
export async function migrateTo<Database>(
  database: Kysely<Database>,
  dialect: StoreDialect,
  name: string,
): Promise<void> {
  const { error } = await migratorOf(database, dialect).migrateTo(name)
  if (error) throw new Error('The tables could not be made.', { cause: error })
}

/** Refuses what was written by a version after this one. @throws BackupRefused */
export function assertKnown(applied: readonly string[]): void {
  const known = Object.keys(migrations)
  if (applied.length > 0 && applied.every((name, index) => name === known[index])) return
  throw new BackupRefused('It was written by a newer version of Sallyport. Use that version, or a later one.')
}

function migratorOf<Database>(database: Kysely<Database>, dialect: StoreDialect): Migrator {
  return new Migrator({
    db: database,
    provider: { getMigrations: async () => provided(dialect) },
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  })
}

function provided(dialect: StoreDialect): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, up]) => [
      name,
      { up: (database: Kysely<unknown>) => up(database, dialect) },
    ]),
  )
}
