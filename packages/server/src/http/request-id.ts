import { randomBytes } from 'node:crypto'

/** Ids of requests: unique, cheap, and in the order of arrival within a process. */
export function requestIds(): () => string {
  const prefix = `req_${Date.now().toString(36).padStart(9, '0')}${randomBytes(5).toString('hex')}`
  let count = 0
  return () => {
    count += 1
    return `${prefix}${count.toString(36)}`
  }
}
