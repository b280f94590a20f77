import type { Fault, JsonValue } from '@sallyport/contract'
import type { UpstreamReply } from '../call/attempt.ts'
import type { CallInput } from '../call/call.ts'
import type { PreviewedCall } from '../call/preview.ts'
import type { CallRecord } from '../call/record.ts'
import type { ResolvePorts } from '../call/resolve.ts'
import type { FilesInput } from '../files/files.ts'
import type { FilesReply } from '../files/reply.ts'
import type { Clock, Random, Store, Timers } from '../ports.ts'
import type { Sandbox } from './steps/sandbox/sandbox.ts'

/** Checks values by JSON Schemas, which may be hostile. */
export interface Schemas {
  /** What is wrong with a value; paths from the value's root. */
  faultsOf(schema: JsonValue, value: JsonValue): Promise<readonly Fault[]>
  /** What is wrong with a schema itself. */
  schemaFaults(schema: JsonValue): Promise<readonly Fault[]>
}

/** How operations reach what they call: the same way as everybody else. */
export interface OperationPorts extends ResolvePorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly timers: Timers
  readonly sandbox: Sandbox
  readonly schemas: Schemas
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
  /** What a run keeps of replies in memory at most. */
  readonly replyBytes: number
}
