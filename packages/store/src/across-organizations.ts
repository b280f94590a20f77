import type { Kysely, KyselyPlugin, RootOperationNode } from 'kysely'

const marked = new WeakSet<RootOperationNode>()

const marker: KyselyPlugin = {
  transformQuery({ node }) {
    const statement = { ...node }
    marked.add(statement)
    return statement
  },
  transformResult: async ({ result }) => result,
}

/**
 * The database for statements that are about rows of every organization, or find out whose a row is. Each use is an
 * exception to the rule that statements name their organization, and says why it is right; where there are policies for
 * rows, what neither names one nor is marked so sees none (R2).
 */
export function acrossOrganizations<Tables>(database: Kysely<Tables>): Kysely<Tables> {
  return database.withPlugin(marker)
}

/** Whether a statement was made so. */
export function isAcrossOrganizations(statement: RootOperationNode): boolean {
  return marked.has(statement)
}
