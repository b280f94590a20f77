import type { AnySealedColumn, SealedRow, Store } from '@sallyport/core/ports'
import { allSealedColumns } from '@sallyport/core/ports'
import { type Expression, expressionBuilder, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import { buffer } from './columns.ts'
import type { Tables } from './tables.ts'

type SealedValues = Store['sealedValues']

/** Statements are made from the register of sealed columns: it alone says which there are. */
export function sealedValues(database: Kysely<Tables>): SealedValues {
  return {
    async count(organizationId) {
      let count = 0
      for (const { table } of allSealedColumns) {
        const { rows } = await sql<{ readonly count: number }>`
          select count(*) as count from ${sql.table(table)} where ${of(organizationId)}`.execute(database)
        count += Number(rows[0]?.count)
      }
      return count
    },
    page: (...arguments_) => page(database, ...arguments_),
    async replace(column, { row, blob: before }, blob) {
      const key = column.key.map((field) => sql`${ref(field)} = ${row[field]}`)
      const { numAffectedRows } = await sql`
        update ${sql.table(column.table)} set ${sql.ref(column.column)} = ${blob}
        where ${of(row.organizationId)} and ${sql.join(key, sql` and `)}
          and ${sql.ref(column.column)} = ${before}`.execute(database)
      return numAffectedRows === 1n
    },
  }
}

type Read = SealedRow & { readonly sealedBlob: Uint8Array | null }

async function page(
  database: Kysely<Tables>,
  ...[organizationId, column, { after, limit, prefix }]: Parameters<SealedValues['page']>
): ReturnType<SealedValues['page']> {
  const blob = sql.ref(column.column)
  const key = column.key.map(ref)
  const selected = [...new Set([...column.key, ...column.fields])].map(
    (field) => sql`${fieldOf(column, field)} as ${sql.ref(field)}`,
  )
  // Only the beginning is read of what is sealed as it should be.
  const other = sql`case when substr(${blob}, 1, ${sql.lit(prefix.length)}) <> ${prefix} then ${blob} end`
  const beyond = after === undefined ? sql`` : sql` and (${sql.join(key)}) > (${sql.join(cursorOf(after))})`
  const { rows } = await sql<Read>`
    select ${sql.join(selected)}, ${other} as ${sql.ref('sealedBlob')} from ${sql.table(column.table)}
    where ${of(organizationId)}${beyond}
    order by ${sql.join(key)} limit ${sql.lit(limit)}`.execute(database)
  const last = rows.at(-1)
  return {
    rows: rows.length,
    next: rows.length === limit && last ? JSON.stringify(column.key.map((field) => last[field])) : undefined,
    values: rows.flatMap(({ sealedBlob, ...row }) =>
      sealedBlob ? [{ row: { ...row, organizationId }, blob: buffer(sealedBlob) }] : [],
    ),
  }
}

/** Not as raw SQL, in which nobody else would see whose rows are meant. */
function of(organizationId: string): Expression<SqlBool> {
  return expressionBuilder<Tables, 'account'>()('organization_id', '=', organizationId)
}

/** The column of a record's field. */
function ref(field: string): RawBuilder<unknown> {
  return sql.ref(field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
}

function fieldOf({ table, ofAccount }: AnySealedColumn, field: string): RawBuilder<unknown> {
  if (!ofAccount.includes(field)) return ref(field)
  return sql`(
    select ${ref(field)} from account
    where account.organization_id = ${sql.ref(`${table}.organization_id`)}
      and account.id = ${sql.ref(`${table}.account_id`)}
  )`
}

/** Only this program writes it. */
function cursorOf(text: string): readonly (string | number)[] {
  return JSON.parse(text) as readonly (string | number)[]
}
