/** A name as it is shown and stored: without line breaks and other control characters. */
export function oneLine(text: string): string {
  return text
    .slice(0, 1000)
    .replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, 200)
}
