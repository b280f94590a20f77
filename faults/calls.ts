import type { NodeProcess } from './node-process.ts'
import type { Reply } from './send.ts'

/** How an account stands, as its owner sees it. */
export interface Standing {
  readonly status: unknown
  readonly reason: unknown
  readonly generation: unknown
}

export async function standingOn(node: NodeProcess, accountId: string): Promise<Standing> {
  const { body } = await node.request('GET', `/v1/accounts/${accountId}`)
  return { status: body.status, reason: body.reason, generation: body.generation }
}

/** A call of the provider's API, through Sallyport. */
export function call(node: NodeProcess, accountId: string): Promise<Reply> {
  return node.request('GET', `/proxy/${accountId}/me`)
}

/** Renews now, however fresh the token is. */
export function renew(node: NodeProcess, accountId: string): Promise<Reply> {
  return node.request('POST', `/v1/accounts/${accountId}/renew`, {})
}

/** So many callers at every node at once; those of the first node go first. */
export function crowd(
  nodes: readonly NodeProcess[],
  count: number,
  ask: (node: NodeProcess) => Promise<Reply>,
): Promise<Reply[]> {
  return Promise.all(nodes.flatMap((node) => Array.from({ length: count }, () => ask(node))))
}
