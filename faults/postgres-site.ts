import type { PostgresServer } from '@sallyport/testkit'
import type { FaultDatabase, Refusable } from './database.ts'

const refusals: Readonly<Record<Refusable, string>> = {
  claims: 'before insert on renewal_intent for each row when (new.account_id =',
  commits: 'before update of credential on account for each row when (new.id =',
}
const tables: Readonly<Record<Refusable, string>> = { claims: 'renewal_intent', commits: 'account' }

/** One database of a server, by psql. */
export function postgresDatabase(server: PostgresServer, url: string): FaultDatabase {
  const query = (statement: string) => server.query(url, statement)
  return {
    kind: 'postgres',
    query,
    async refuse(what, accountId) {
      const body = `begin raise exception 'no ${what}'; end`
      await query(
        `create or replace function fault() returns trigger language plpgsql as $$ ${body} $$;
         create trigger fault ${refusals[what]} '${accountId}') execute function fault()`,
      )
      return async () => void (await query(`drop trigger fault on ${tables[what]}`))
    },
    text: () => server.dump(url),
  }
}
