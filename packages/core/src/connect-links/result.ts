import { hash } from 'node:crypto'

/**
 * What the backend confirms with: known to the browser that began alone, and the same whenever it looks, so that a page
 * that is loaded twice takes nothing away (A2). It tells nothing of what the browser holds.
 */
export function resultFor(browser: string, flowId: string): string {
  return hash('sha256', `sallyport connect result\n${flowId}\n${browser}`, 'base64url')
}
