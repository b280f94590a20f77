/** How XML is read and written as JSON. */
export interface XmlSettings {
  /** Paths of elements that are lists even if single. */
  readonly arrays: readonly string[]
  readonly attributePrefix: string
  readonly textName: string
}

/** How the files of an archive become texts. */
export interface ZipSettings {
  readonly encoding: 'text' | 'base64'
}

/** What the sandbox can be asked for, and with what beside the body. */
export interface JobSettings {
  /** JSONata over the body, which is JSON. */
  readonly evaluate: { readonly expression: string }
  /** Whether an expression can be read; the body is empty. */
  readonly parse: { readonly expression: string }
  /** The body is XML, and the output JSON. */
  readonly 'xml-parse': XmlSettings
  /** The body is JSON, and the output XML. */
  readonly 'xml-build': XmlSettings
  /** The body is data as JSON, and the output a list of faults; without a schema it is an OpenAPI document. */
  readonly validate: { readonly schema?: string | undefined }
  /** The body is a list of entries as JSON, and the output an archive in base64. */
  readonly 'zip-create': object
  /** The body is an archive in base64, and the output a list of entries as JSON. */
  readonly 'zip-read': ZipSettings
}

export type JobKind = keyof JobSettings

/** What is wanted of the sandbox. */
export type Job = { [K in JobKind]: { readonly kind: K; readonly settings: JobSettings[K] } }[JobKind]

/** The head of what is sent to the sandbox. */
export type TimedJob = Job & { readonly milliseconds: number }

/** Which limit a job ran into. */
export type SandboxLimit = 'time' | 'memory' | 'depth' | 'input' | 'output'

/** The head of what comes back. Texts are of the job's own making, and meant for whoever wrote it. */
export type Answer =
  | { readonly kind: 'ready' }
  /** The body is the output, mostly as JSON text; empty when there is none. */
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
