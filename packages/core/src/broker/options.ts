import type { CallObserver } from '../call/calls.ts'
import type { Catalogue } from '../catalogue-ports.ts'
import type { Egress, EgressOptions } from '../egress/egress.ts'
import type {
  AuditSink,
  Clock,
  EventRetention,
  InstanceMemory,
  Journal,
  Limiter,
  Log,
  News,
  Random,
  RenewalStep,
  Store,
  Timers,
} from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { OuterKeys } from '../vault/outer-keys.ts'

/** Where the outside begins. */
export interface BrokerOptions {
  readonly store: Store
  /** True where no other process can use the store while this one does. */
  readonly isAlone: boolean
  /** Whether this process does the work that is due for all: true unless said. */
  readonly isBackground?: boolean
  readonly journal: Journal
  /** What this node remembers of the database. */
  readonly memory: InstanceMemory
  readonly outerKeys: OuterKeys
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Without a slash at its end. */
  readonly publicUrl: string
  readonly egress: EgressOptions
  /** Grants of OAuth 2.0 that no definition may use. */
  readonly forbiddenGrants?: ReadonlySet<string>
  /** The operator's own key; with it, set-up counts as done. */
  readonly adminKey: Secret | undefined
  /** The machine's own, unless said. */
  readonly timers?: Timers
  /** Where another process keeps the queues of calls; unless said, this one does. */
  readonly limiter?: Limiter
  /** In place of the network, where providers are simulated. */
  readonly send?: Egress['credentialRequest']
  /** How much is kept of what happened: for so long, and of the calls of each organization so many bytes. */
  readonly retention?: EventRetention
  /** What is known of providers; nothing unless said. */
  readonly catalogue?: Catalogue
  /** What a run of an operation keeps of replies in memory at most: 10 MiB unless said. */
  readonly operationReplyBytes?: number
  /** Where what is written to the audits is kept besides; nowhere unless said. */
  readonly auditSink?: AuditSink
  /** Told of each call. */
  readonly observers?: readonly CallObserver[]
  /** Tells the other processes of this node. */
  readonly tell?: (news: News) => void
  /** Has the other processes of this node write down what they keep in memory for a moment. */
  readonly flushOthers?: () => Promise<void>
  /** How long after a key has turned something may still be written that was sealed with the one before: ten seconds unless said. */
  readonly settleMilliseconds?: number
  /** Told of each step of each renewal, and waited for: fault tests end the process there. */
  readonly reached?: (step: RenewalStep, accountId: string) => void | Promise<void>
}
