import type { Readable } from 'node:stream'
import type { DryRequest, JsonValue, OperationInput } from '@sallyport/contract'
import type { Principal } from '../principal.ts'
import { Room } from './bounded.ts'
import type { Budget } from './budget.ts'
import type { OperationPorts } from './ports.ts'
import type { RunEnd } from './run-end.ts'
import { room, type Scope } from './scope.ts'
import type { Tracer } from './tracer.ts'

/** What a whole run has in common, operations that run each other included. */
export interface Run {
  readonly ports: OperationPorts
  /** Who may call by whichever account the run names, as far as they see it. */
  readonly principal: Principal
  readonly requestId: string
  readonly end: RunEnd
  readonly budget: Budget
  readonly tracer: Tracer
  /** Nothing is sent. */
  readonly isDry: boolean
  /** Pages come as lines where they can. */
  readonly wantsLines: boolean
  /** Where a run before this one stopped in its pages. */
  readonly resume: string | undefined
}

/** One operation of a run, as far as it has come. */
export interface Frame {
  readonly run: Run
  readonly operation: OperationInput
  /** In place of the operation's adapter. */
  readonly account: string | undefined
  readonly input: Scope['input']
  readonly steps: Record<string, JsonValue | undefined>
  /** Operations that run each other, this one the last; keys in lower case. */
  readonly chain: readonly string[]
  /** Steps around it, as `outer/`. */
  readonly within: string
}

/** What comes of a step: a value for the steps after it, or the end of the operation. */
export type Outcome =
  | { readonly kind: 'value'; readonly value: JsonValue | undefined }
  | { readonly kind: 'return'; readonly value: JsonValue | undefined }
  | { readonly kind: 'stream'; readonly stream: Stream }
  | { readonly kind: 'dry'; readonly request: DryRequest }

/** A body that is passed on as it comes. */
export interface Stream {
  readonly contentType: string
  readonly contentEncoding: string | undefined
  readonly body: Readable
}

/** What templates and expressions see in this frame. */
export function scopeOf(frame: Frame, more: Pick<Scope, 'account' | 'error'> = {}): Scope {
  const { input, steps, run } = frame
  return { input, steps, profile: run.principal.profile?.settings ?? {}, ...more, [room]: new Room() }
}

/** Whether this operation is the one that was asked for, and not one that another runs. */
export function isOutermost({ chain }: Frame): boolean {
  return chain.length === 1
}
