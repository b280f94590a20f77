/* Runs inside the realm (expression.ts), before JSONata is loaded, as a script: it imports and exports nothing. */

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function btoa(text: string): string {
  let result = ''
  for (let at = 0; at < text.length; at += 3) {
    const codes = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)]
    const [first = 0, second = Number.NaN, third = Number.NaN] = codes
    if (codes.some((code) => code > 255))
      throw new Error(
        'Base64 is made of characters up to U+00FF: encode others first, as with $encodeUrlComponent.',
      )
    result += base64Alphabet.charAt(first >> 2) + base64Alphabet.charAt(((first & 3) << 4) | (second >> 4))
    result += Number.isNaN(second) ? '=' : base64Alphabet.charAt(((second & 15) << 2) | (third >> 6))
    result += Number.isNaN(third) ? '=' : base64Alphabet.charAt(third & 63)
  }
  return result
}

/** As lenient as Node's: both alphabets, and whatever is of neither is passed over. */
function atob(text: string): string {
  let result = ''
  let bits = 0
  let held = 0
  for (const letter of text.replaceAll('-', '+').replaceAll('_', '/')) {
    const value = base64Alphabet.indexOf(letter)
    if (value < 0) continue
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    result += String.fromCharCode((held >> bits) & 255)
  }
  return result
}

// JSONata asks for them here, and is found here.
Object.assign(globalThis, { window: { btoa, atob } })
