import { traceOf } from '../error.ts'
import {
  type AnySealedColumn,
  allSealedColumns,
  type KeyRotationRecord,
  type Log,
  type RotationStep,
  type SealedValue,
  type Store,
} from '../ports.ts'
import { envelopePrefix } from '../vault/envelope.ts'
import type { Vault } from '../vault/vault.ts'
import { VaultError } from '../vault/vault-error.ts'

export interface PassPorts {
  readonly store: Pick<Store, 'sealedValues'>
  readonly vault: Vault
  readonly log: Log
}

const rowsAtOnce = 100
const writesAtOnce = 4

/** Where a rotation stands once a page has been looked at, and whether that was the last of its pass. */
export interface AfterPage {
  readonly place: Pick<RotationStep, 'column' | 'cursor' | 'found' | 'failed'>
  readonly rows: number
  readonly isLast: boolean
}

/** Seals one page of a pass anew, each value by compare-and-set: whoever writes meanwhile has the last word. */
export async function nextPage(ports: PassPorts, rotation: KeyRotationRecord): Promise<AfterPage> {
  const isFirst = rotation.column === undefined
  const column = isFirst ? allSealedColumns[0] : allSealedColumns.find((it) => nameOf(it) === rotation.column)
  if (!column) throw new Error('A rotation stands at a column that is not in the register.')
  const prefix = envelopePrefix(rotation.dataKeyId)
  const page = { after: rotation.cursor, limit: rowsAtOnce, prefix }
  const { rows, next, values } = await ports.store.sealedValues.page(rotation.organizationId, column, page)
  let failed = isFirst ? 0 : rotation.failed
  for (let from = 0; from < values.length; from += writesAtOnce) {
    const some = values.slice(from, from + writesAtOnce)
    const sealed = await Promise.all(some.map((value) => sealedAnew(ports, { rotation, column, value })))
    failed += sealed.filter((isSealed) => !isSealed).length
  }
  const found = (isFirst ? 0 : rotation.found) + values.length
  const following = next === undefined ? allSealedColumns[allSealedColumns.indexOf(column) + 1] : column
  return {
    place: { column: following && nameOf(following), cursor: next, found, failed },
    rows,
    isLast: following === undefined,
  }
}

/** Faults of what is stored. Any other, as of a store or a key service out of reach, passes. */
const lasting: ReadonlySet<string> = new Set([
  'not_an_envelope',
  'wrong_key',
  'tampered',
  'unknown_key',
  'retired_key',
])

/** False where it cannot be opened: it stays as it is, and so does its key. */
async function sealedAnew(
  { store, vault, log }: PassPorts,
  {
    rotation,
    column,
    value,
  }: {
    readonly rotation: KeyRotationRecord
    readonly column: AnySealedColumn
    readonly value: SealedValue
  },
): Promise<boolean> {
  const place = column.place(value.row)
  try {
    const blob = await vault.reseal(column.purpose, place, value.blob, rotation.dataKeyId)
    await store.sealedValues.replace(column, value, blob)
    return true
  } catch (cause) {
    if (!(cause instanceof VaultError) || !lasting.has(cause.code)) throw cause
    const where = { column: nameOf(column), row: place.rowId }
    log.error({ rotation: rotation.id, ...where, cause: traceOf(cause) }, 'a sealed value cannot be opened')
    return false
  }
}

function nameOf({ table, column }: AnySealedColumn): string {
  return `${table}.${column}`
}
