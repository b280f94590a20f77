import { setTimeout as pause } from 'node:timers/promises'
import type { Dice } from '@sallyport/testkit'
import { call, renew } from './calls.ts'
import type { Cell } from './cell.ts'
import type { NodeProcess } from './node-process.ts'
import { recover } from './recovery.ts'
import type { FaultAccount, Site } from './site.ts'
import { until } from './until.ts'
import { broken } from './verdict.ts'

const accounts = 2
/** From its first page to its last a pass takes about so long. */
const passMilliseconds = 60
/** Within this a pass begins where one is due. */
const longestMilliseconds = 4_000

/** Keys turn, inner and outer, while accounts renew and calls are made, and a node is killed again and again. */
export function rotationUnderKills(kills: number, tell: (line: string) => void = () => undefined): Cell {
  return {
    title: `${kills} kills while keys turn`,
    run: (site, chance) => turnUnderKills(site, chance, { kills, tell }),
  }
}

async function turnUnderKills(
  site: Site,
  chance: Dice,
  { kills, tell }: { readonly kills: number; readonly tell: (line: string) => void },
): Promise<string[]> {
  const [first] = site.nodes
  const connected: FaultAccount[] = []
  for (let count = 0; count < accounts; count += 1) connected.push(await site.connect())
  const load = underLoad(site, connected)
  let begun = 0
  let hits = 0
  const [one, other] = site.keyRing
  const keyRing = { SALLYPORT_ENCRYPTION_KEYS: `${one},${other}` }
  /** Nodes that wrap by the other key. */
  const turned = new Set<NodeProcess>()
  for (let kill = 1; kill <= kills; kill += 1) {
    const pass = passAt(site.nodes)
    begun += await rotate(first)
    const busy = await pass.begins()
    hits += busy ? 1 : 0
    const hurt = busy ?? first
    await pause(chance.roll(passMilliseconds))
    await hurt.kill()
    // The other key is the first now: what the one before wrapped is wrapped anew.
    const isTurned = !turned.delete(hurt)
    if (isTurned) turned.add(hurt)
    await hurt.start(isTurned ? { SALLYPORT_ENCRYPTION_KEYS: `${other},${one}` } : keyRing)
    tell(`${kill} of ${kills} kills, ${hits} of them in a pass, ${begun} rotations begun`)
  }
  for (const node of turned) {
    await node.kill()
    await node.start(keyRing)
  }
  begun += await rotate(first)
  const rotation = await ended(first)
  const strange = await load.end()
  const faults = await allTurned(first, rotation)
  if (hits < kills / 2) faults.push(`half of the kills hit: ${hits} of ${kills}`)
  if (strange.length > 0) faults.push(`no read fails (E5): ${strange[0]}, and ${strange.length - 1} more`)
  for (const [index, account] of connected.entries()) {
    // The first time it rejects the tokens of all.
    const recovery = await recover(site, account, { rejects: index === 0 })
    faults.push(...(await broken(site, account, { recovery, allowed: { loss: true } })))
  }
  return faults
}

/** From now on: the node at which the next pass begins; none where none does. */
function passAt(nodes: readonly NodeProcess[]) {
  const seen = nodes.map((node) => ({ node, before: node.log().length }))
  return {
    async begins(): Promise<NodeProcess | undefined> {
      const end = performance.now() + longestMilliseconds
      while (performance.now() < end) {
        const busy = seen.find(({ node, before }) =>
          node.log().slice(before).includes('key rotation under way'),
        )
        if (busy) return busy.node
        await pause(5)
      }
      return undefined
    },
  }
}

/** How many it has begun: none while one is at its first pass. */
async function rotate(node: NodeProcess): Promise<number> {
  const { status, text } = await node.request('POST', '/v1/encryption/rotations', { keepOldKeySeconds: 0 })
  if (status !== 201 && status !== 409) throw new Error(text)
  return status === 201 ? 1 : 0
}

async function ended(node: NodeProcess): Promise<Record<string, unknown>> {
  return until('the end of the rotation', async () => {
    const { body } = await node.request('GET', '/v1/encryption/rotations?limit=1')
    const [latest] = body.items as Record<string, unknown>[]
    return latest?.state === 'done' && latest
  })
}

/** Whether the old keys are dead, and the outer key of this node wraps all that is left. */
async function allTurned(node: NodeProcess, { failed }: Record<string, unknown>): Promise<string[]> {
  const faults = failed === 0 ? [] : [`all is sealed anew (E5): ${failed} not`]
  const { body } = await node.request('GET', '/v1/encryption')
  const states = (body.dataKeys as { state: string }[]).map(({ state }) => state)
  const living = states.filter((state) => state !== 'dead').sort()
  if (living.join() !== 'active,audit') faults.push(`old keys are dead (E5): ${states}`)
  await until('data keys that are wrapped anew', async () => {
    const { rewrap } = (await node.request('GET', '/v1/encryption/outer-keys')).body as {
      rewrap: { done: number; total: number }
    }
    return rewrap.done === rewrap.total
  })
  return faults
}

/** Calls at every node, and renewals now and then, until it ends: what was answered that may not be. */
function underLoad({ nodes }: Site, accounts: readonly FaultAccount[]) {
  const strange: string[] = []
  let isOver = false
  const one = async (node: NodeProcess, { id }: FaultAccount) => {
    for (let round = 0; !isOver; round += 1) {
      const { status, text } = await (round % 5 ? call(node, id) : renew(node, id))
      // 0 from one that is dead; 503 and 409 where an answer may have died with it.
      if (![0, 200, 201, 409, 503].includes(status)) strange.push(`${status} ${text}`)
      await pause(50)
    }
  }
  const all = nodes.flatMap((node) => accounts.map((account) => one(node, account)))
  return {
    async end(): Promise<readonly string[]> {
      isOver = true
      await Promise.all(all)
      return strange
    },
  }
}
