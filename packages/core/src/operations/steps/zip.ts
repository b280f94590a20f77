import type { ZipStep } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import type { StepContext } from './context.ts'
import { limitedJson } from './sandbox/limited-json.ts'

/** A zip step whose templates have been rendered. */
export interface RenderedZip extends Pick<ZipStep, 'action' | 'from' | 'encoding'> {
  readonly entries?: readonly RenderedEntry[] | undefined
}

interface RenderedEntry {
  readonly path: string
  readonly content: unknown
  readonly encoding: 'text' | 'base64'
}

/** A file of an archive, its content as text or in base64. */
export interface UnpackedEntry {
  readonly path: string
  readonly content: string
}

/**
 * Makes an archive, in base64, or reads the files of one.
 *
 * @throws SallyportError step_failed, step_limit_reached
 */
export async function zip(
  { action, entries, from, encoding }: RenderedZip,
  { sandbox, ...terms }: StepContext,
): Promise<string | readonly UnpackedEntry[]> {
  if (action === 'read') {
    if (from === undefined) throw lacking('from')
    const output = await sandbox.run({ kind: 'zip-read', settings: { encoding } }, { text: from }, terms)
    return JSON.parse(output)
  }
  if (entries === undefined) throw lacking('entries')
  let left = sandbox.limits.inputBytes
  const texts = entries.map((entry) => {
    const content = textOf(entry.content, left)
    left -= content.length
    return { ...entry, content }
  })
  return sandbox.run({ kind: 'zip-create', settings: {} }, { json: texts }, terms)
}

function lacking(field: string): SallyportError {
  return new SallyportError('step_failed', { message: `The zip step has no \`${field}\`. Give it.` })
}

/** What is no text is written as JSON, unless all of it becomes too long. */
function textOf(content: unknown, left: number): string {
  const text = typeof content === 'string' ? content : limitedJson(content, left)
  if (text !== undefined) return text
  const message = 'What the archive is to hold is more than a step may be given. Give it less.'
  throw new SallyportError('step_limit_reached', { message })
}
