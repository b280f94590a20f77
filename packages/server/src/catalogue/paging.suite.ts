import type { ProviderEntry } from '@sallyport/contract'
import type { TestReply } from '../sallyport.suite.ts'
import type { Journey, World } from './life-cycle.suite.ts'

type Paging = NonNullable<ProviderEntry['paging']>[number]

/** Where the next page is: at an address, or by other parameters. */
type Next = { readonly target: string } | { readonly parameters: Readonly<Record<string, string>> }

const limit = 2

/** Whether the entry says of lists that are got one page after the other how they go on. */
export function pagingOf({ paging = [] }: ProviderEntry): Paging | undefined {
  return paging[0]?.style === 'graphql' ? undefined : paging[0]
}

/** The numbers of a list's items, all of its pages one after the other. */
export async function listedNumbers(
  world: World,
  journey: Journey,
  paging: Paging,
): Promise<readonly number[]> {
  const numbers: number[] = []
  let next: Next | undefined = { parameters: {} }
  for (let page = 1; next && page <= 9; page += 1) {
    const reply: TestReply = await pageAt(world, journey, paging, next)
    if (reply.status !== 200)
      throw new Error(`Page ${page} answered ${reply.status}: ${reply.text.slice(0, 200)}`)
    const isBare = paging.itemsPath === undefined && paging.linkRelation !== undefined
    const items = at(reply.body, paging.itemsPath ?? (isBare ? '' : '/items')) as readonly Item[]
    numbers.push(...items.map(({ number }) => number))
    next = items.length < limit ? undefined : nextOf(journey, paging, { reply, items, page })
  }
  return numbers
}

interface Item {
  readonly id: string
  readonly number: number
}

function pageAt({ sallyport }: World, { account }: Journey, paging: Paging, next: Next): Promise<TestReply> {
  if ('target' in next) {
    return sallyport.request('GET', `/proxy/${account}`, undefined, {
      headers: { 'Sallyport-Target': next.target },
    })
  }
  const { limitParameter: name } = paging
  const parameters = { ...(name !== undefined && { [name]: String(limit) }), ...next.parameters }
  if (paging.cursorIn === 'body') return sallyport.request('POST', `/proxy/${account}/things`, parameters)
  return sallyport.request('GET', `/proxy/${account}/things?${new URLSearchParams(parameters)}`)
}

function nextOf(
  journey: Journey,
  paging: Paging,
  {
    reply,
    items,
    page,
  }: { readonly reply: TestReply; readonly items: readonly Item[]; readonly page: number },
): Next | undefined {
  const { cursorParameter, nextPath, linkRelation, cursorPath, offsetParameter, pageParameter } = paging
  if (linkRelation !== undefined) {
    const [, target] =
      new RegExp(`<([^>]+)>; rel="${linkRelation}"`).exec(reply.headers.get('link') ?? '') ?? []
    return target === undefined ? undefined : { target }
  }
  if (nextPath !== undefined) return linkedBy(journey, at(reply.body, nextPath))
  if (cursorParameter !== undefined) {
    const last = items.at(-1)
    const cursor = cursorPath === undefined ? last?.id : at(reply.body, cursorPath)
    return cursor === undefined ? undefined : { parameters: { [cursorParameter]: String(cursor) } }
  }
  if (offsetParameter !== undefined) return { parameters: { [offsetParameter]: String(page * limit) } }
  return pageParameter === undefined ? undefined : { parameters: { [pageParameter]: String(page + 1) } }
}

/** A relative address is one of the host that was called, which on the emulator is two segments more. */
function linkedBy({ emulated: { provider } }: Journey, link: unknown): Next | undefined {
  if (typeof link !== 'string') return undefined
  if (/^https?:/.test(link)) return { target: link }
  const { request } = provider.exchanges('call').at(-1) ?? {}
  const [, mount, host] = request?.path.split('/') ?? []
  return { target: `http://${request?.headers.host}/${mount}/${host}${link}` }
}

function at(document: unknown, pointer: string): unknown {
  const names = pointer.split('/').slice(1)
  return names.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    document,
  )
}
