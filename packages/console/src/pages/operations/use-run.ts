import type { DryRequest } from '@sallyport/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type Outcome, type RunInput, run, type Subject, shown } from './run.ts'

/** Runs something, and keeps what came of it until it is run again. */
export function useRun(subject: Subject) {
  const queries = useQueryClient()
  return useMutation({
    async mutationFn({ given, isDry }: { readonly given: RunInput; readonly isDry: boolean }): Promise<{
      readonly outcome?: Outcome
      readonly sent?: DryRequest
    }> {
      // What is sent is asked for besides: a trace holds no header and no body.
      const sent = shown(subject, given).catch((error) => {
        if (isDry) throw error
        return undefined
      })
      if (isDry) return withSent(await sent, {})
      const outcome = await run(subject, given)
      return withSent(await sent, { outcome })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['events'] }),
  })
}

function withSent<Rest extends object>(sent: DryRequest | undefined, rest: Rest) {
  return { ...rest, ...(sent && { sent }) }
}
