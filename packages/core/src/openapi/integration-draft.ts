import type { Parameter } from '@sallyport/contract'
import type { ApiDocument } from './api-document.ts'
import type { DocumentOperation } from './document-operation.ts'
import { member, textOf } from './located.ts'
import { oneLine } from './one-line.ts'
import { authDraft } from './security.ts'
import { serverDraft } from './servers.ts'

export interface IntegrationDraftOptions {
  readonly document: ApiDocument
  readonly operations: readonly DocumentOperation[]
  readonly server: number
  readonly security: string | undefined
  /** Where single operations go instead of the server. */
  readonly otherAddresses: ReadonlySet<string>
}

/** A definition as far as the document says it: without a key, and without anybody's secrets. */
export function integrationDraft(options: IntegrationDraftOptions): Record<string, unknown> {
  const { document, operations, server, security, otherAddresses } = options
  const { baseUrl, parameters } = serverDraft(document, server)
  const draft = authDraft(document, operations, security, baseUrl)
  const { headers = {}, query = {} } = draft
  const all = distinct([...parameters, ...(draft.parameters ?? [])])
  const request = {
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(query).length > 0 && { query }),
  }
  const info = member({ value: document.root, path: '' }, 'info')
  const hosts = hostsOf(baseUrl, draft.auth, otherAddresses)
  return {
    name: oneLine(textOf(info, 'title') ?? '') || 'Imported API',
    baseUrl: baseUrl.slice(0, 4096),
    ...(all.length > 0 && { parameters: all.slice(0, 100) }),
    auth: draft.auth,
    ...(draft.placement && { placement: draft.placement }),
    ...(draft.tls && { tls: draft.tls }),
    ...(Object.keys(request).length > 0 && { request }),
    ...(hosts && { hosts }),
  }
}

/** Two that ask for the same are one. */
function distinct(parameters: readonly Parameter[]): Parameter[] {
  return [...new Map(parameters.map((parameter) => [parameter.name, parameter])).values()]
}

/** Without others, the definition's own addresses are all; with them each has to be named. */
function hostsOf(baseUrl: string, auth: unknown, others: ReadonlySet<string>): string[] | undefined {
  if (others.size === 0 || !URL.canParse(baseUrl) || /[{}]/.test(baseUrl)) return undefined
  const written = typeof auth === 'object' && auth !== null ? Object.values(auth) : []
  const addresses = [
    baseUrl,
    ...others,
    ...written.filter((each) => typeof each === 'string' && /^https:/.test(each)),
  ]
  return [...new Set(addresses.map((address) => new URL(String(address)).host))].slice(0, 200)
}
