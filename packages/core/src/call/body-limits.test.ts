import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import { client, contentOf, endlessSource, largeSource, streamOf, turn } from './body.suite.ts'
import { Body, longestReplayableBody } from './body.ts'

describe('a body with a limit', () => {
  test('that announces more is not admitted, and none of it is sent', async () => {
    const body = new Body(client().source, 101, 100)
    expect(() => body.admit()).toThrow(expect.objectContaining({ code: 'body_too_large' }))
    await expect(contentOf(body.send())).rejects.toMatchObject({ code: 'body_too_large' })
    expect(() => new Body(client().source, 100, 100).admit()).not.toThrow()
  })

  test.each([1_000, 3 * longestReplayableBody])(
    'of %i bytes breaks off what is sent when more arrives',
    async (longest) => {
      const { source } = largeSource(longest + 1)
      const sent = streamOf(new Body(source, undefined, longest).send())
      await expect(buffer(sent)).rejects.toMatchObject({ code: 'body_too_large' })
    },
  )

  test('is collected up to it, and not beyond', async () => {
    expect((await new Body(largeSource(100).source, undefined, 100).collected())?.length).toBe(100)
    const beyond = new Body(largeSource(101).source, undefined, 100).collected()
    await expect(beyond).rejects.toMatchObject({ code: 'body_too_large' })
  })

  test('is read for a moment after the refusal, so that the client hears of it, and then cut off', async () => {
    const { source, produced } = endlessSource()
    const body = new Body(source, undefined, 1_000)
    await expect(buffer(streamOf(body.send()))).rejects.toMatchObject({ code: 'body_too_large' })
    body.discard()
    const before = produced()
    for (let turns = 0; turns < 5; turns += 1) await turn()
    expect(produced()).toBeGreaterThan(before)
    await once(source, 'close')
  })

  test('is cut off, too, where it ran on after nobody needed it', async () => {
    const { source } = endlessSource()
    new Body(source, undefined, 100_000).discard()
    await once(source, 'close')
  })
})

test('it is the client’s move only while more of its body could be taken', async () => {
  const { source } = client()
  const body = new Body(source, undefined)
  expect(body.isAwaited).toBe(false)
  const sent = streamOf(body.send())
  await turn()
  // Nobody has a use for it yet.
  expect(body.isAwaited).toBe(false)
  sent.resume()
  await turn()
  expect(body.isAwaited).toBe(true)
  sent.pause()
  source.push(Buffer.alloc(200_000))
  await turn()
  expect(body.isAwaited).toBe(false)
  const ended = once(sent.resume(), 'end')
  source.push(null)
  await ended
  expect(body.isAwaited).toBe(false)
})

describe('a client that waits to be told', () => {
  function waiting() {
    const { source, asked } = client()
    const body = new Body(source, 5)
    const told = { times: 0 }
    body.onWanted = () => {
      told.times += 1
    }
    return { source, asked, body, told }
  }

  test('is told once, and not before its body is read', async () => {
    const { source, body, told } = waiting()
    const sent = streamOf(body.send())
    for (let turns = 0; turns < 5; turns += 1) await turn()
    expect(told.times).toBe(0)
    const content = contentOf(sent)
    await turn()
    expect(told.times).toBe(1)
    source.push('hello')
    source.push(null)
    expect(await content).toBe('hello')
    expect(await contentOf(body.send())).toBe('hello')
    expect(told.times).toBe(1)
  })

  test('is told where its body is collected', async () => {
    const { source, body, told } = waiting()
    const collected = body.collected()
    expect(told.times).toBe(1)
    source.push('hello')
    source.push(null)
    expect((await collected)?.toString()).toBe('hello')
  })

  test('and sent its body all the same is told nothing', async () => {
    const { source, body, told } = waiting()
    source.push('hello')
    expect(await contentOf(body.send())).toBe('hello')
    expect(told.times).toBe(0)
  })

  test('is told nothing where its body is refused or dropped', async () => {
    const refused = waiting()
    refused.body.refuse(new SallyportError('request_timeout'))
    await expect(contentOf(refused.body.send())).rejects.toMatchObject({ code: 'request_timeout' })
    const dropped = waiting()
    dropped.body.discard()
    await turn()
    expect([refused.told.times, dropped.told.times]).toEqual([0, 0])
  })
})
