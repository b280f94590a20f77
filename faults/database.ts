/** What can be made to fail of what an account's renewal writes. */
export type Refusable = 'claims' | 'commits'

/** The database of a site, as somebody sees it who has a way to it of his own. */
export interface FaultDatabase {
  readonly kind: 'sqlite' | 'postgres'
  /** A statement's answer: columns apart by `|`, rows by newlines. */
  query(statement: string): Promise<string>
  /** From now on it raises an error for each such write, until the result is called. */
  refuse(what: Refusable, accountId: string): Promise<() => Promise<void>>
  /** Everything that stands in it, with what each node's folder does not hold already. */
  text(): Promise<string>
}

/** What the database holds of an account's renewals. */
export interface Held {
  /** 0 where the account is gone. */
  readonly generation: number
  readonly intents: number
  readonly orphans: number
}

export async function heldOf(database: FaultDatabase, accountId: string): Promise<Held> {
  const count = (table: string) => `(select count(*) from ${table} where account_id = '${accountId}')`
  const generation = `coalesce((select generation from account where id = '${accountId}'), 0)`
  const answer = await database.query(
    `select ${generation}, ${count('renewal_intent')}, ${count('renewal_orphan')}`,
  )
  const [stands = 0, intents = 0, orphans = 0] = answer.split('|').map(Number)
  return { generation: stands, intents, orphans }
}
