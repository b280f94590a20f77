import { dice, postgresServer } from '@sallyport/testkit'
import type { Cell } from './cell.ts'
import { crowdCells, raceForClaims } from './crowd-cells.ts'
import { databaseCells } from './database-cells.ts'
import { killCells } from './kill-cells.ts'
import { pauseCells } from './pause-cells.ts'
import { postgresCells } from './postgres-cells.ts'
import { type Profile, profiles } from './profiles.ts'
import { providerCells } from './provider-cells.ts'
import { raceCells } from './race-cells.ts'
import { rotationUnderKills } from './rotation-cells.ts'
import { openSite, type Site } from './site.ts'
import { skewCells } from './skew-cells.ts'
import { sqliteCells } from './sqlite-cells.ts'
import { claimsDuringCommit, wireCells } from './wire-cells.ts'

type Kind = Site['database']['kind']

const cells: readonly Cell[] = [
  ...killCells,
  ...pauseCells,
  ...databaseCells,
  ...providerCells,
  ...crowdCells,
  raceForClaims,
  ...raceCells,
  rotationUnderKills(100, (line) => console.log(`    ${line}`)),
]
const own: Readonly<Record<Kind, readonly Cell[]>> = {
  sqlite: sqliteCells,
  postgres: [...postgresCells, claimsDuringCommit, ...wireCells, ...skewCells],
}

/** A cell on one kind of site. */
export interface Place {
  readonly kind: Kind
  readonly profile: Profile
  readonly cell: Cell
}

export interface Result extends Place {
  readonly faults: readonly string[]
  readonly milliseconds: number
}

export function nameOf({ kind, profile, cell }: Place): string {
  return `${kind} ${profile.name} ${cell.title}`
}

/** Every cell on every kind of site. */
export const matrix: readonly Place[] = (['sqlite', 'postgres'] as const).flatMap((kind) =>
  profiles.flatMap((profile) => [...cells, ...own[kind]].map((cell) => ({ kind, profile, cell }))),
)

/** Runs them one after the other, those of one site on one site while nothing fails there. */
export async function runMatrix(
  places: readonly Place[],
  { seed, tell }: { readonly seed: number; readonly tell: (result: Result) => void },
): Promise<readonly Result[]> {
  const server = places.some(({ kind }) => kind === 'postgres') ? await postgresServer() : undefined
  const results: Result[] = []
  let open: { readonly site: Site; readonly kind: Kind } | undefined
  try {
    for (const place of places) {
      if (open && (open.site.profile !== place.profile || open.kind !== place.kind)) {
        await open.site.close()
        open = undefined
      }
      const began = performance.now()
      try {
        const site = () => openSite(place.profile, place.kind === 'postgres' ? server : undefined)
        open ??= { site: await site(), kind: place.kind }
      } catch (error) {
        // Nodes that do not start are this cell's failure, and no other's.
        const result = { ...place, faults: [sentenceOf(error)], milliseconds: performance.now() - began }
        results.push(result)
        tell(result)
        continue
      }
      const result = await runCell(place, open.site, seed)
      results.push(result)
      tell(result)
      if (result.faults.length === 0) continue
      // What a failure left is not to be laid to the next one's charge.
      await open.site.close()
      open = undefined
    }
  } finally {
    await open?.site.close()
    await server?.close()
  }
  return results
}

/** Runs a cell; what it throws is a fault like another. */
export async function runCell(place: Place, site: Site, seed: number): Promise<Result> {
  const began = performance.now()
  const faults = await place.cell.run(site, dice(seed)).catch((error: unknown) => [sentenceOf(error)])
  const milliseconds = performance.now() - began
  // In PostgreSQL's own files everything stands more than once; its dump has what is there.
  const leaked = site.plaintexts.foundInText(await site.database.text())
  return {
    ...place,
    faults: [...faults, ...leaked.map((name) => `in the database (I5): ${name}`)],
    milliseconds,
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
