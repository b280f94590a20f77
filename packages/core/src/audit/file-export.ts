import { traceOf } from '../error.ts'
import type { AuditProgress, AuditSink, Clock, Log, Store } from '../ports.ts'
import { auditLine } from './export.ts'

export interface FileExportPorts {
  readonly store: Pick<Store, 'audit'>
  readonly clock: Clock
  readonly log: Log
  /** Undefined where none was asked for. */
  readonly auditSink?: AuditSink | undefined
}

const atOnce = 500
const mostOrganizations = 100
const afterFailure = 10_000
const complaintMilliseconds = 3_600_000

/**
 * Appends what is written to the audits to a file, from where the database says that it has come: each entry at least
 * once, whatever happens in between.
 */
export class FileExport {
  readonly #ports: FileExportPorts
  #running: Promise<void> | undefined
  #notBefore = Number.NEGATIVE_INFINITY
  #complainedAt = Number.NEGATIVE_INFINITY

  constructor(ports: FileExportPorts) {
    this.#ports = ports
  }

  runDue(): Promise<void> {
    const { auditSink, clock } = this.#ports
    if (!auditSink || this.#running || clock.now() < this.#notBefore) return Promise.resolve()
    this.#running = this.#run(auditSink)
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#running = undefined
      })
    return this.#running
  }

  async settled(): Promise<void> {
    await this.#running
  }

  async #run(sink: AuditSink): Promise<void> {
    const due = await this.#ports.store.audit.exportDue(mostOrganizations)
    for (const each of due) await this.#append(sink, each)
  }

  /** All that one organization has: page by page, with the cursor behind what is durable. */
  async #append(sink: AuditSink, due: AuditProgress): Promise<void> {
    const { audit } = this.#ports.store
    for (let at = due; ; ) {
      const after = { sequence: at.sequence, id: '~' }
      const entries = await audit.chain(at.organizationId, after, atOnce)
      const last = entries.at(-1)
      if (!last) return
      await sink.append(entries.map((entry) => JSON.stringify(auditLine(entry))))
      await audit.exported(at, last.sequence)
      at = { ...at, sequence: last.sequence }
      if (entries.length < atOnce) return
    }
  }

  #failed(error: unknown): void {
    const { clock, log } = this.#ports
    const now = clock.now()
    this.#notBefore = now + afterFailure
    if (Math.abs(now - this.#complainedAt) < complaintMilliseconds) return
    this.#complainedAt = now
    log.error({ cause: traceOf(error) }, 'the audit cannot be exported to its file; it is tried again')
  }
}
