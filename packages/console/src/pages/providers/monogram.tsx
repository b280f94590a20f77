import classes from './monogram.module.css'

const tones = 5

/** Stands for a provider's logo, which would have to come from elsewhere. */
export function Monogram({ name }: { readonly name: string }) {
  return (
    <span className={classes.monogram} data-tone={toneOf(name)} aria-hidden="true">
      {lettersOf(name)}
    </span>
  )
}

/** The first letters of two words, or the first two of one. */
function lettersOf(name: string): string {
  const [first = '', second] = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const letters = second === undefined ? [...first].slice(0, 2) : [[...first][0], [...second][0]]
  return letters.join('').toUpperCase()
}

/** Always the same for a name. */
function toneOf(name: string): number {
  return [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % tones
}
