import type { UpstreamReply } from '../call/attempt.ts'
import type { CallInput } from '../call/call.ts'
import type { PreviewedCall } from '../call/preview.ts'
import type { CallRecord } from '../call/record.ts'
import type { ResolvePorts } from '../call/resolve.ts'
import type { FilesInput } from '../files/files.ts'
import type { FilesReply } from '../files/reply.ts'
import type { Clock, Random, Store, Timers } from '../ports.ts'
import type { Resumes } from './resumes.ts'
import type { Sandbox } from './steps/sandbox/sandbox.ts'

/** How operations reach what they call: the same way as everybody else. */
export interface OperationPorts extends ResolvePorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly timers: Timers
  readonly sandbox: Sandbox
  readonly call: (input: CallInput) => Promise<UpstreamReply>
  /** What a call would send, without sending it. */
  readonly preview: (input: CallInput) => Promise<PreviewedCall>
  readonly files: (input: FilesInput) => Promise<FilesReply>
  readonly calls: {
    begin(record: CallRecord, traceparent: string | undefined): CallRecord
    end(record: CallRecord): void
  }
  /** Without a slash at its end. */
  readonly publicUrl: string
  readonly resumes: Pick<Resumes, 'seal' | 'open'>
  /** What a run keeps of replies in memory at most. */
  readonly replyBytes: number
}
