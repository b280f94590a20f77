import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { FaultDatabase, Refusable } from './database.ts'

const refusals: Readonly<Record<Refusable, string>> = {
  claims: 'before insert on renewal_intent when new.account_id =',
  commits: 'before update of credential on account when new.id =',
}

/** The file of a node, by a connection beside its own. */
export function sqliteDatabase(dataFolder: string): FaultDatabase & { lock(): () => void } {
  const file = join(dataFolder, 'sallyport.db')
  const run = (statement: string) => {
    const database = new DatabaseSync(file, { timeout: 5000 })
    try {
      const rows = database.prepare(statement).all()
      return rows.map((row) => Object.values(row as object).join('|')).join('\n')
    } finally {
      database.close()
    }
  }
  return {
    kind: 'sqlite',
    query: async (statement) => run(statement),
    async refuse(what, accountId) {
      run(
        `create trigger fault ${refusals[what]} '${accountId}' begin select raise(abort, 'no ${what}'); end`,
      )
      return async () => void run('drop trigger fault')
    },
    // Its files lie in the node's folder.
    text: async () => '',
    /** Nobody else writes until the result is called. */
    lock() {
      const database = new DatabaseSync(file, { timeout: 5000 })
      database.exec('begin immediate')
      return () => {
        database.exec('rollback')
        database.close()
      }
    },
  }
}
