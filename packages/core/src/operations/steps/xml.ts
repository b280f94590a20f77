import type { XmlStep } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import type { StepContext } from './context.ts'

/** An XML step whose templates have been rendered. */
export interface RenderedXml extends Pick<XmlStep, 'action' | 'arrays' | 'attributePrefix' | 'textName'> {
  readonly from: unknown
}

/**
 * XML as JSON, or JSON as XML.
 *
 * @throws SallyportError step_failed, step_limit_reached
 */
export async function xml(step: RenderedXml, { sandbox, ...terms }: StepContext): Promise<unknown> {
  const { arrays = [], attributePrefix, textName } = step
  const settings = { arrays, attributePrefix, textName }
  if (step.action === 'build') return sandbox.run({ kind: 'xml-build', settings }, { json: step.from }, terms)
  if (typeof step.from !== 'string')
    throw new SallyportError('step_failed', { message: 'XML is read from a text, and `from` is none.' })
  return JSON.parse(await sandbox.run({ kind: 'xml-parse', settings }, { text: step.from }, terms))
}
