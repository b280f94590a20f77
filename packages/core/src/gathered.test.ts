import { describe, expect, test } from 'vitest'
import { Gathered } from './gathered.ts'

function squares() {
  const questions: (readonly string[])[] = []
  const gathered = new Gathered(async (keys) => {
    questions.push(keys)
    if (keys.includes('bad')) throw new Error('no answer')
    return new Map(keys.filter((key) => key !== 'none').map((key) => [key, Number(key) ** 2]))
  })
  return { questions, gathered }
}

describe('Gathered', () => {
  test('asks once for all that is wanted in one moment, each once, and again in the next', async () => {
    const { questions, gathered } = squares()
    const wanted = ['2', '3', '2', 'none'].map((key) => gathered.get(key))
    expect(await Promise.all(wanted)).toEqual([4, 9, 4, undefined])
    expect(await gathered.get('2')).toBe(4)
    expect(questions).toEqual([['2', '3', 'none'], ['2']])
  })

  test('a question that fails fails for those who asked it, and for nobody after them', async () => {
    const { gathered } = squares()
    const failing = [gathered.get('bad'), gathered.get('2')]
    for (const each of failing) await expect(each).rejects.toThrow('no answer')
    expect(await gathered.get('2')).toBe(4)
  })
})
