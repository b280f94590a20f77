let coming: Promise<void> | undefined

/**
 * Resolves for all who wait once everything that has arrived by now was read. What is then written leaves together: its
 * readers are woken once and not each by itself, which on a busy machine costs a fifth of a call.
 */
export function nextTurn(): Promise<void> {
  coming ??= new Promise((resolve) => {
    setImmediate(() => {
      coming = undefined
      resolve()
    })
  })
  return coming
}
