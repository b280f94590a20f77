import type { LoginStep } from '@sallyport/contract'
import { namedValues, sendLogin, takeSteps } from './login-request.ts'
import { previewOf, type RequestPreview } from './request-preview.ts'
import { revealAll } from './reveal.ts'
import type { Credential } from './scheme.ts'

/** The steps before a login, each as if those before it had been answered. */
export function stepPreviews(steps: readonly LoginStep[] = []): RequestPreview[] {
  return steps.map((step, index) =>
    previewOf(
      'step',
      (ports, { connection, credential }) => {
        const known = namedValues(namedIn(credential))
        return takeSteps(ports, connection, [step], (itsPorts, its, request) =>
          sendLogin(itsPorts, its, { ...request, values: { ...known, ...request.values } }),
        )
      },
      { ...(index > 0 && { follows: ['step'] }) },
    ),
  )
}

/** What the steps of a login gave, by its names. */
export function namedIn({ tokens }: Credential): Record<string, string> {
  return revealAll(tokens?.named ?? {})
}
