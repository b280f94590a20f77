import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  type AuditCheckpoint,
  type AuditProblem,
  checkpointsIn,
  createVault,
  problemMessages,
  type Store,
  verifyAudit,
  verifyExport,
} from '@sallyport/core'
import type { Config } from '../config.ts'
import { systemCode } from '../durable.ts'
import { withDatabaseToRead } from '../opened-database.ts'
import { StartRefused } from '../start-refused.ts'
import { badUsage, configuredRealm, say } from './configured.ts'
import type { CommandOptions } from './which-realm.ts'

const clock = { now: () => Date.now() }
const random = {
  bytes: (): Buffer => {
    throw new Error('Nothing is made by whoever verifies.')
  },
}

/** What of an audit is said, whichever way it was verified. */
interface Finding {
  readonly organizationId: string
  readonly from?: number
  readonly last: { readonly sequence: number }
  readonly checkpoints: number
  readonly accounts?: number
  readonly problems: readonly AuditProblem[]
}

/** Whether audits are as they were written: of the database, also while it is served from, or of an export. */
export async function auditVerify(options: CommandOptions): Promise<void> {
  const kept = await checkpointsOf(options)
  if (typeof kept === 'string') return refuse(kept)
  const { file } = options
  if (file === undefined) {
    return configuredRealm(options, async (config) => report(await inDatabase(config, options, kept)))
  }
  const findings = await readable(file, () => verifyExport(() => linesOf(file), kept))
  if (typeof findings === 'string') return refuse(findings)
  report(findings.filter(({ organizationId }) => isMeant(options, organizationId)))
}

function inDatabase(
  config: Config,
  options: CommandOptions,
  kept: readonly AuditCheckpoint[],
): Promise<readonly Finding[]> {
  return withDatabaseToRead({ config, clock }, async ({ database, outerKeys }) => {
    const { store } = database
    const ports = { store, vault: createVault({ outerKeys, dataKeys: store.dataKeys, clock, random }) }
    const findings: Finding[] = []
    for (const id of await organizationsOf(store)) {
      if (!isMeant(options, id)) continue
      const checkpoints = kept.filter(({ organizationId }) => organizationId === id)
      const progress = (sequence: number) => process.stderr.write(`${id}: ${sequence} entries\n`)
      findings.push(await verifyAudit(ports, id, { checkpoints, progress }))
    }
    if (findings.length === 0) throw new StartRefused(['There is no such organization.'])
    return findings
  })
}

async function organizationsOf({ organizations }: Store): Promise<readonly string[]> {
  const ids: string[] = []
  let after: string | undefined
  do {
    const { items, nextCursor } = await organizations.list({ limit: 1000, after })
    ids.push(...items.map(({ id }) => id))
    after = nextCursor
  } while (after !== undefined)
  return ids
}

function isMeant({ organization }: CommandOptions, id: string): boolean {
  return organization === undefined || organization === id
}

function report(findings: readonly Finding[]): void {
  for (const finding of findings) {
    const { organizationId, checkpoints, accounts, problems } = finding
    const compared = [
      `checkpoints ${checkpoints}`,
      ...(accounts === undefined ? [] : [`accounts ${accounts}`]),
    ]
    const first = `${organizationId}: ${soundPart(finding)}. Compared: ${compared.join(', ')}.`
    say([first, ...problems.map((problem) => sentence(organizationId, problem))])
  }
  if (findings.length === 0) refuse('There is nothing of an audit in it.')
  if (findings.some(({ problems }) => problems.length > 0)) process.exitCode = 1
}

function soundPart({ from = 1, last }: Finding): string {
  return last.sequence < from
    ? 'it holds no entry that is known to be as it was written'
    : `entries ${from} to ${last.sequence} are as they were written`
}

function sentence(organizationId: string, { kind, sequence, entry, account }: AuditProblem): string {
  const place = sequence === undefined ? '' : ` entry ${sequence}`
  const id = entry === undefined ? '' : ` (${entry})`
  const whose = account
    ? ` account ${account.id} at generation ${account.generation}, recorded ${account.recorded}`
    : ''
  return `${organizationId}:${place}${id}${whose}: ${kind}. ${problemMessages[kind]}`
}

async function checkpointsOf({ checkpoint }: CommandOptions): Promise<readonly AuditCheckpoint[] | string> {
  if (checkpoint === undefined) return []
  const found = await readable(checkpoint, async () => checkpointsIn(await readFile(checkpoint, 'utf8')))
  return typeof found === 'string' || found.length > 0 ? found : `There is no checkpoint in ${checkpoint}.`
}

/** What became of a file, or in a sentence why it cannot be read. */
async function readable<Result>(file: string, read: () => Promise<Result>): Promise<Result | string> {
  try {
    return await read()
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined || !(error instanceof Error && 'syscall' in error)) throw error
    return `${file} cannot be read (${code}).`
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  // The library's own lines leave what fails to nobody.
  let rest = ''
  for await (const part of createReadStream(file, 'utf8')) {
    const lines = `${rest}${part}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

function refuse(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = badUsage
}
