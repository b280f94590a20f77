import type { PostgresServer } from '@sallyport/testkit'
import type { Load } from './load.ts'

/** What became of each account that was due, as the database saw it. */
export interface Seen {
  /** Renewals of each second. */
  readonly perSecond: readonly number[]
  /** Milliseconds from when accounts were due until their new tokens stood in the database. */
  readonly lateness: Readonly<Record<'busy' | 'quiet', readonly number[]>>
  readonly backlogRenewed: number
  /** Of the backlog, in the order in which they were claimed: when each was due, and in which transaction. */
  readonly backlogClaims: readonly { readonly dueAt: number; readonly transaction: string }[]
  /** Of the backlog, due before one that was claimed, and not claimed themselves. */
  readonly leftBehind: number
  readonly failures: number
}

/** A database, and how to ask it. */
export interface Watched {
  readonly server: PostgresServer
  readonly url: string
}

/**
 * Has the database itself write down when an account is claimed and when it is renewed: nothing of the product is
 * changed for it. It costs the database two small rows for each renewal.
 */
export async function watch({ server, url }: Watched): Promise<void> {
  await server.query(
    url,
    `create unlogged table watched (
       seq bigserial, integration text, account text, generation bigint, due_at bigint, renewed boolean, at bigint,
       transaction xid8 default pg_current_xact_id());
     create function watch() returns trigger language plpgsql as $$ begin
       insert into watched (integration, account, generation, due_at, renewed, at) values (
         new.integration_id, new.id, old.generation, old.due_at, new.generation > old.generation,
         extract(epoch from clock_timestamp()) * 1000);
       return null;
     end $$;
     create trigger watch after update of due_at on account for each row
       when (old.due_at is distinct from new.due_at) execute function watch()`,
  )
}

/** What was seen from one moment to another. */
export async function seen(
  watched: Watched,
  load: Load,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Seen> {
  const ask = async (statement: string) => {
    const text = await watched.server.query(watched.url, statement)
    return text === '' ? [] : text.split('\n').map((line) => line.split('|'))
  }
  const within = `r.renewed and r.at >= ${from} and r.at < ${to}`
  // Since the first claim, should there have been several.
  const lateness = async (ids: readonly string[]) => {
    const rows = await ask(
      `select r.at - min(c.due_at) from watched r join watched c using (account, generation)
       where ${within} and not c.renewed and c.due_at <= c.at and r.integration in (${list(ids)})
       group by r.seq, r.at`,
    )
    return rows.map(([milliseconds]) => Number(milliseconds))
  }
  const seconds = await ask(
    `select second, count(r.at) from generate_series(0, ${Math.round((to - from) / 1000) - 1}) as second
     left join watched r on (r.at - ${from}) / 1000 = second and ${within} group by 1 order by 1`,
  )
  const claims = await ask(
    `select due_at, transaction from watched
     where not renewed and due_at <= at and integration = '${load.backlog}' order by seq`,
  )
  const [[renewed, left, failed] = []] = await ask(
    `select
       (select count(*) from watched r where ${within} and integration = '${load.backlog}'),
       (select count(*) from account where integration_id = '${load.backlog}' and due_at <
         (select max(due_at) from watched where not renewed and due_at <= at and integration = '${load.backlog}')),
       (select count(*) from trace where ok = 0)
         + (select count(*) from account where status <> 'connected')`,
  )
  return {
    perSecond: seconds.map(([, count]) => Number(count)),
    lateness: { busy: await lateness(load.busy), quiet: await lateness(load.quiet) },
    backlogRenewed: Number(renewed),
    backlogClaims: claims.map(([dueAt, transaction]) => ({
      dueAt: Number(dueAt),
      transaction: transaction ?? '',
    })),
    leftBehind: Number(left),
    failures: Number(failed),
  }
}

/** The most accounts that were due before one that was claimed, and were claimed after it. */
export function mostOvertaken(claims: Seen['backlogClaims']): number {
  const order = claims.map(({ dueAt }) => dueAt).toSorted((a, b) => a - b)
  const rank = new Map(order.map((dueAt, index) => [dueAt, index]))
  const claimed = new Set<number>()
  let [next, most] = [0, 0]
  for (let index = 0; index < claims.length; ) {
    const { transaction } = claims[index] ?? {}
    const together: number[] = []
    for (; claims[index]?.transaction === transaction && index < claims.length; index += 1) {
      together.push(rank.get(claims[index]?.dueAt ?? 0) ?? 0)
    }
    for (const each of together) claimed.add(each)
    while (claimed.has(next)) next += 1
    let waiting = 0
    for (let before = next; before < Math.max(...together); before += 1)
      if (!claimed.has(before)) waiting += 1
    most = Math.max(most, waiting)
  }
  return most
}

function list(ids: readonly string[]): string {
  return ids.map((id) => `'${id}'`).join(', ')
}
