import { bounds } from './bounds.ts'
import type { DocumentContent } from './document-operation.ts'
import type { RequestDraft } from './request-draft.ts'
import { inlined } from './schema.ts'
import type { JsonSchema } from './schema-keywords.ts'

/** What a reply is read as, and the schema of its body. */
export interface ReplyDraft {
  readonly accept: string | undefined
  readonly as: 'auto' | 'base64'
  readonly schema: JsonSchema | undefined
  readonly hasBody: boolean
}

const isJson = ({ mediaType }: DocumentContent) => /^(application\/json|[^;]*\+json)/.test(mediaType)
const isText = ({ mediaType }: DocumentContent) =>
  /^(text\/|[^;]*[/+]xml|application\/(yaml|x-yaml))/.test(mediaType)

/** JSON where it can be had, else text, else bytes. */
export function replyDraft(draft: RequestDraft, contents: readonly DocumentContent[]): ReplyDraft {
  const json =
    contents.find(({ mediaType }) => mediaType.startsWith('application/json') && !mediaType.includes(';')) ??
    contents.find(isJson)
  const found = json ?? contents.find(isText) ?? contents[0]
  if (!found) return { accept: undefined, as: 'auto', schema: undefined, hasBody: false }
  const accept = found.mediaType.includes('*') ? undefined : found.mediaType
  if (json?.schema) {
    const { document, operation } = draft
    const options = { document, direction: 'output', operation, mostSchemas: bounds.outputSchemas } as const
    return { accept, as: 'auto', schema: inlined(json.schema, options), hasBody: true }
  }
  const isBytes = !json && !isText(found) && accept !== undefined
  return { accept, as: isBytes ? 'base64' : 'auto', schema: undefined, hasBody: true }
}
