import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { Recent } from './recent.ts'

function counted() {
  const loads: string[] = []
  const load = (value: string) => async () => {
    loads.push(value)
    return value
  }
  return { loads, load }
}

describe('Recent', () => {
  test('reads once within a second, and answers without waiting', async () => {
    const clock = fakeClock()
    const { loads, load } = counted()
    const recent = new Recent<string>(clock)
    expect(await recent.get('a', load('one'))).toBe('one')
    clock.advance(999)
    expect(recent.get('a', load('two'))).toBe('one')
    expect(loads).toEqual(['one'])
  })

  test('a change elsewhere is seen after a second', async () => {
    const clock = fakeClock()
    const { loads, load } = counted()
    const recent = new Recent<string>(clock)
    await recent.get('a', load('one'))
    clock.advance(1000)
    expect(await recent.get('a', load('two'))).toBe('two')
    expect(loads).toEqual(['one', 'two'])
  })

  test('the second counts from before the read, however long that took', async () => {
    const clock = fakeClock()
    const { loads, load } = counted()
    const recent = new Recent<string>(clock)
    await recent.get('a', async () => {
      clock.advance(1000)
      return 'one'
    })
    await recent.get('a', load('two'))
    expect(loads).toEqual(['two'])
  })

  test('forgets all when something changes here', async () => {
    const { loads, load } = counted()
    const recent = new Recent<string>(fakeClock())
    await recent.get('a', load('one'))
    recent.clear()
    expect(await recent.get('a', load('two'))).toBe('two')
    expect(loads).toEqual(['one', 'two'])
  })

  test('what was read while something changed is given, and not remembered', async () => {
    const { load } = counted()
    const recent = new Recent<string>(fakeClock())
    const reading = recent.get('a', async () => {
      recent.clear()
      return 'from before the change'
    })
    expect(await reading).toBe('from before the change')
    expect(await recent.get('a', load('after'))).toBe('after')
  })

  test('a read that fails is not remembered', async () => {
    const { load } = counted()
    const recent = new Recent<string>(fakeClock())
    await expect(recent.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await recent.get('a', load('one'))).toBe('one')
  })

  test('absence is remembered too', async () => {
    const recent = new Recent<string | undefined>(fakeClock())
    let reads = 0
    const absent = async () => {
      reads += 1
      return undefined
    }
    await recent.get('a', absent)
    recent.get('a', absent)
    expect(reads).toBe(1)
  })

  test('holds no more than its capacity, and lets the oldest go', async () => {
    const { loads, load } = counted()
    const recent = new Recent<string>(fakeClock(), 2)
    for (const key of ['a', 'b', 'c']) await recent.get(key, load(key))
    expect(recent.get('c', load('again'))).toBe('c')
    expect(recent.get('b', load('again'))).toBe('b')
    await recent.get('a', load('a again'))
    expect(loads).toEqual(['a', 'b', 'c', 'a again'])
  })
})
