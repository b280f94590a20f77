/** What the sandbox can be asked for, and with what beside the body. */
export interface JobSettings {
  /** JSONata over the body. */
  readonly evaluate: { readonly expression: string }
  /** Whether an expression can be read; the body is empty. */
  readonly parse: { readonly expression: string }
}

export type JobKind = keyof JobSettings

/** The head of what is sent to the sandbox. */
export type Job = { [K in JobKind]: { readonly kind: K; readonly settings: JobSettings[K] } }[JobKind]

/** Which limit a job ran into. */
export type SandboxLimit = 'time' | 'memory' | 'depth' | 'input' | 'output'

/** The head of what comes back. Texts are of the job's own making, and meant for whoever wrote it. */
export type Answer =
  | { readonly kind: 'ready' }
  /** The body is the output as JSON text, or empty when there is none. */
  | { readonly kind: 'done' }
  | { readonly kind: 'limit'; readonly limit: SandboxLimit }
  | { readonly kind: 'failed'; readonly message: string }

/** How much a job may take. */
export interface SandboxLimits {
  readonly milliseconds: number
  /** Calls of functions within one another, and other nesting of an expression under evaluation. */
  readonly depth: number
  readonly inputBytes: number
  readonly outputBytes: number
  readonly heapMegabytes: number
}

export const sandboxLimits: SandboxLimits = {
  milliseconds: 2000,
  depth: 1000,
  inputBytes: 16 * 1024 * 1024,
  outputBytes: 8 * 1024 * 1024,
  heapMegabytes: 192,
}
