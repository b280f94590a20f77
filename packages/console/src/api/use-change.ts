import { useMutation, useQueryClient } from '@tanstack/react-query'

/**
 * Something that somebody does: `mutate(given)` does it, `error` says why it failed, `data` what came of it. All that
 * begins with one of `keys` is asked for anew afterwards, also after a failure, which may have changed something.
 */
export function useChange<Given, Outcome>(
  change: (given: Given) => Promise<Outcome>,
  keys: readonly string[],
  onEnd?: (outcome: Outcome | undefined) => void,
) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: async (outcome) => {
      onEnd?.(outcome)
      await Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })))
    },
  })
}
