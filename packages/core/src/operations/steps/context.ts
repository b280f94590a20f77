import type { JobTerms, Sandbox } from './sandbox/sandbox.ts'

/** What a step that computes needs beside its own definition. */
export interface StepContext extends JobTerms {
  readonly sandbox: Sandbox
}
