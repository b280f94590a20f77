import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { client, contentOf, largeSource, streamOf, turn } from './body.suite.ts'
import { Body, longestReplayableBody } from './body.ts'

describe('a body that has arrived', () => {
  test('is sent at once, whole, as often as needed', async () => {
    const { source } = client()
    source.push('hello')
    const body = new Body(source, 5)
    expect(body.send()).toEqual(Buffer.from('hello'))
    expect(body.send()).toEqual(Buffer.from('hello'))
    expect(await body.collected()).toEqual(Buffer.from('hello'))
    expect(body.replayable).toBe(true)
  })

  test('in several chunks is put together', () => {
    const { source } = client()
    for (const part of ['he', 'll', 'o']) source.push(part)
    expect(new Body(source, 5).send()).toEqual(Buffer.from('hello'))
  })

  test('with less than was announced is not taken for whole', async () => {
    const { source } = client()
    source.push('hel')
    const sent = new Body(source, 5).send()
    source.push('lo')
    source.push(null)
    expect(await contentOf(streamOf(sent))).toBe('hello')
  })

  test('that is empty is sent as nothing', () => {
    const { source } = client()
    expect(new Body(source, 0).send()).toEqual(Buffer.alloc(0))
  })
})

describe('a body that is still arriving', () => {
  test('is passed on while it arrives', async () => {
    const { source } = client()
    const sent = streamOf(new Body(source, undefined).send())
    const arrived: string[] = []
    sent.on('data', (chunk: Buffer) => arrived.push(chunk.toString()))
    source.push('one')
    await turn()
    expect(arrived).toEqual(['one'])
    source.push('two')
    source.push(null)
    await once(sent, 'end')
    expect(arrived).toEqual(['one', 'two'])
  })

  test('is sent from its beginning the second time, though the first was cut short', async () => {
    const { source } = client()
    const body = new Body(source, undefined)
    const first = streamOf(body.send())
    source.push('one')
    await once(first, 'readable')
    expect(body.replayable).toBe(true)

    const second = streamOf(body.send())
    expect(first.destroyed).toBe(true)
    source.push('two')
    source.push(null)
    expect(await contentOf(second)).toBe('onetwo')
  })

  test('goes on arriving for the second time when the first reader had stopped', async () => {
    const { source } = client()
    const body = new Body(source, undefined)
    const first = streamOf(body.send())
    source.push('one')
    await once(first, 'readable')
    first.destroy()
    source.push('two')
    await turn()
    const second = streamOf(body.send())
    source.push('three')
    source.push(null)
    expect(await contentOf(second)).toBe('onetwothree')
  })

  test('that has ended meanwhile is sent at once the second time', async () => {
    const { source } = client()
    const body = new Body(source, undefined)
    const first = body.send()
    source.push('hello')
    source.push(null)
    expect(await contentOf(first)).toBe('hello')
    expect(body.send()).toEqual(Buffer.from('hello'))
  })

  test('a reader that pauses pauses the client', async () => {
    const bytes = 64 * 1024 * 1024
    const { source, produced } = largeSource(bytes)
    const sent = streamOf(new Body(source, bytes).send())
    await once(sent, 'readable')
    for (let turns = 0; turns < 50; turns += 1) await turn()
    expect(produced()).toBeLessThan(1024 * 1024)
    sent.destroy()
    source.destroy()
  })
})

describe('a body longer than is kept', () => {
  test('arrives whole and in order, and is not to be sent again', async () => {
    const bytes = 5 * longestReplayableBody + 17
    const { source } = largeSource(bytes)
    const body = new Body(source, bytes)
    const sent = await buffer(streamOf(body.send()))
    expect(sent.length).toBe(bytes)
    for (let at = 0; at < bytes; at += 65_536) expect(sent[at]).toBe((at / 65_536 + 1) % 256)
    expect(body.replayable).toBe(false)
  })

  test.each([
    [longestReplayableBody, true],
    [longestReplayableBody + 1, false],
  ])('of %i bytes can be sent again: %s', async (bytes, replayable) => {
    const body = new Body(largeSource(bytes).source, undefined)
    expect((await buffer(streamOf(body.send()))).length).toBe(bytes)
    expect(body.replayable).toBe(replayable)
  })

  test('is not collected, and still goes out whole', async () => {
    const bytes = 3 * longestReplayableBody
    const { source, produced } = largeSource(bytes)
    const body = new Body(source, bytes)
    expect(await body.collected()).toBeUndefined()
    for (let turns = 0; turns < 20; turns += 1) await turn()
    expect(produced()).toBeLessThan(2 * longestReplayableBody)
    expect((await buffer(streamOf(body.send()))).length).toBe(bytes)
  })

  test('announced as shorter is not believed', async () => {
    const bytes = 2 * longestReplayableBody
    const body = new Body(largeSource(bytes).source, undefined)
    expect(await body.collected()).toBeUndefined()
    expect(body.replayable).toBe(false)
  })
})

describe('collecting a body', () => {
  test('waits for its end, and leaves it to be sent', async () => {
    const { source } = client()
    const body = new Body(source, undefined)
    const collected = body.collected()
    source.push('one')
    await turn()
    source.push('two')
    source.push(null)
    expect((await collected)?.toString()).toBe('onetwo')
    expect(body.send()).toEqual(Buffer.from('onetwo'))
  })

  test('twice gives the same', async () => {
    const { source } = client()
    const body = new Body(source, undefined)
    source.push('one')
    source.push(null)
    expect((await body.collected())?.toString()).toBe('one')
    expect((await body.collected())?.toString()).toBe('one')
  })
})

describe('a client that breaks off', () => {
  test('while its body is sent breaks off what is sent', async () => {
    const { source } = client()
    const sent = streamOf(new Body(source, 100).send())
    source.push('part')
    await once(sent, 'readable')
    const failed = once(sent, 'error')
    source.destroy(new Error('reset'))
    expect((await failed)[0]).toMatchObject({ message: 'reset' })
  })

  test('without a word breaks off what is sent, and does not end it', async () => {
    const { source } = client()
    const sent = streamOf(new Body(source, 100).send())
    source.push('part')
    source.destroy()
    await expect(contentOf(sent)).rejects.toThrow('the body broke off')
  })

  test('while its body is collected fails the collecting', async () => {
    const { source } = client()
    const collected = new Body(source, 100).collected()
    source.push('part')
    await turn()
    source.destroy(new Error('reset'))
    await expect(collected).rejects.toMatchObject({ code: 'bad_request', cause: { message: 'reset' } })
  })

  test('before anybody reads leaves nobody waiting', async () => {
    const { source } = client()
    source.push('part')
    source.destroy()
    await once(source, 'close')
    await expect(new Body(source, 100).collected()).rejects.toMatchObject({ code: 'bad_request' })
    await expect(contentOf(new Body(source, 100).send())).rejects.toThrow('the body broke off')
  })

  test('between the first time and the second leaves the second no hope of its end', async () => {
    const { source } = client()
    const body = new Body(source, 100)
    const first = streamOf(body.send())
    first.on('error', () => undefined)
    source.push('part')
    source.destroy()
    await once(source, 'close')
    await expect(contentOf(body.send())).rejects.toThrow('the body broke off')
  })
})

describe('a body that nobody needs any more', () => {
  test('is read to its end, so that the client’s next request gets its turn', async () => {
    const { source } = largeSource(8 * longestReplayableBody)
    const body = new Body(source, 8 * longestReplayableBody)
    const sent = streamOf(body.send())
    await once(sent, 'readable')
    const ended = once(source, 'end')
    body.discard()
    await ended
    expect(sent.destroyed).toBe(true)
  })
})
