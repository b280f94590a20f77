import type { RenewalStep } from '@sallyport/core'

/** Where a process ends (`kill`) or stands still until somebody wakes it (`stop`), the count-th time it comes there. */
export interface Failpoint {
  readonly step: RenewalStep
  readonly action: 'kill' | 'stop'
  readonly count: number
}

/** In the order in which a renewal comes to them; the last two are those of a start. */
export const steps = [
  'claim',
  'claimed',
  'connected',
  'sent',
  'headers',
  'body',
  'answered',
  'commit',
  'journal',
  'journaled',
  'committed',
  'drain',
  'drained',
] as const satisfies readonly RenewalStep[]

/**
 * Reads `<step>:<action>[:<count>]`, as in `sent:kill` or `commit:kill:2`.
 *
 * @throws TypeError
 */
export function parseFailpoint(text: string): Failpoint {
  const [name, action, times = '1', ...rest] = text.split(':')
  const step = steps.find((each) => each === name)
  const count = Number(times)
  const isWhole = Number.isInteger(count) && count > 0
  if (!step || (action !== 'kill' && action !== 'stop') || !isWhole || rest.length > 0) {
    throw new TypeError(`${text} is no failpoint: ${steps.join('|')}:kill|stop[:<count>]`)
  }
  return { step, action, count }
}
