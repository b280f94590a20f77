import type { AuditLine } from '@sallyport/contract'
import { OrderedIds } from '../ordered-id.ts'
import type { AuditWebhook, Clock, DeliveryRecord, Random, Store } from '../ports.ts'
import { auditDelivery } from './delivery.ts'
import { auditLine } from './export.ts'

export interface WebhookExportPorts {
  readonly store: Pick<Store, 'audit'>
  readonly clock: Clock
  readonly random: Random
}

const atOnce = 100
const mostWebhooks = 100

/** Makes deliveries of what is written to the audits, for the webhooks that are told of it: each entry once. */
export class WebhookExport {
  readonly #ports: WebhookExportPorts
  readonly #ids: OrderedIds
  #running: Promise<void> | undefined

  constructor(ports: WebhookExportPorts) {
    this.#ports = ports
    this.#ids = new OrderedIds(ports)
  }

  runDue(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async settled(): Promise<void> {
    await this.#running?.catch(() => undefined)
  }

  async #run(): Promise<void> {
    for (const due of await this.#ports.store.audit.webhooksDue(mostWebhooks)) await this.#announce(due)
  }

  /** A page; what is left is for the next second. */
  async #announce(due: AuditWebhook): Promise<void> {
    const { audit } = this.#ports.store
    const entries = await audit.chain(due.organizationId, { sequence: due.sequence, id: '~' }, atOnce)
    const last = entries.at(-1)
    if (last)
      await audit.announce(
        due,
        last.sequence,
        entries.map((entry) => this.#delivery(due, auditLine(entry))),
      )
  }

  #delivery({ organizationId, webhookId }: AuditWebhook, line: AuditLine): DeliveryRecord {
    const sent = { id: line.id, type: 'audit.entry', at: line.at, data: line } as const
    const row = { organizationId, webhookId, id: this.#ids.next('dlv') }
    return auditDelivery(sent, row, this.#ports.clock.now())
  }
}
