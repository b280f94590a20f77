import type { PreviewPurpose } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { PreviewContext, RequestPreview } from '../schemes/request-preview.ts'
import type { CredentialRequestInput, SchemePorts } from '../schemes/scheme.ts'

/** A request as it was about to be sent, or an address that a browser is sent to. */
export type Watched = {
  readonly purpose: PreviewPurpose
  /** Requests whose answers it was made from. */
  readonly follows: readonly PreviewPurpose[]
} & ({ readonly request: CredentialRequestInput } | { readonly page: string })

/** Why a request cannot be looked at. */
export interface Unavailable {
  readonly purpose: PreviewPurpose
  readonly failure: SallyportError
}

class Stopped extends Error {}

/** Has a request made with ports that keep it, and send nothing. */
export async function watched(
  ports: Omit<SchemePorts, 'send'>,
  preview: RequestPreview,
  context: PreviewContext,
): Promise<readonly (Watched | Unavailable)[]> {
  const { purpose, follows = [] } = preview
  const seen: Watched[] = []
  const before = () => [...new Set([...follows, ...seen.map((each) => each.purpose)])]
  const send: SchemePorts['send'] = async (request) => {
    const answer = preview.answer?.(request, context)
    const own = answer?.purpose ?? purpose
    seen.push({ purpose: own, follows: before().filter((each) => each !== own), request })
    if (!answer) throw new Stopped()
    return answer.reply
  }
  try {
    const result = await preview.run({ ...ports, send }, context)
    if (result) seen.push({ purpose, follows: before(), page: result.page })
    return seen
  } catch (error) {
    if (seen.some((each) => each.purpose === purpose)) return seen
    if (error instanceof SallyportError) return [...seen, { purpose, failure: error }]
    throw error
  }
}
