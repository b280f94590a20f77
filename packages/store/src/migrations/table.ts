import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'

/** Column types; with a question mark the column may be null. */
export type Columns = Record<string, 'text' | 'text?' | 'integer' | 'integer?' | 'bytes' | 'bytes?'>
export type Table = CreateTableBuilder<string, string>

/** Creates a table in the dialect's own column types. */
export function table(name: string, columns: Columns, constraints: (table: Table) => Table) {
  return ({ schema }: Kysely<unknown>, { columnTypes, abilities }: StoreDialect) => {
    let created: Table = schema.createTable(name)
    for (const [column, type] of Object.entries(columns)) {
      const base = type.replace('?', '') as keyof typeof columnTypes
      created = created.addColumn(
        column,
        columnTypes[base] as never,
        type.endsWith('?') ? nullable : required,
      )
    }
    created = constraints(created)
    return abilities.strictTables ? created.modifyEnd(sql`strict`) : created
  }
}

const required = (column: ColumnDefinitionBuilder) => column.notNull()
const nullable = (column: ColumnDefinitionBuilder) => column
