/** 4 MiB: more than any definition needs, and little enough to be read at once. */
export const maxTextBytes = 4 * 1024 * 1024;

/** The text of a file, or why it is not text. `prefix` is what could be read before the place of the fault. */
export type Decoded =
  | { readonly text: string }
  | { readonly text?: undefined; readonly message: string; readonly hint?: string; readonly prefix: string };

/** Bytes or a string → text without byte order mark. Costs nothing for an input past the bound. */
export function decode(input: string | Uint8Array): Decoded {
  if (input.length > maxTextBytes) return tooLarge(input.length);
  if (typeof input !== "string") return decodeBytes(input);
  return checkCharacters(input.startsWith("\uFEFF") ? input.slice(1) : input);
}

function decodeBytes(bytes: Uint8Array): Decoded {
  try {
    return checkCharacters(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    const valid = validPrefixLength(bytes);
    const byte = (bytes[valid] ?? 0).toString(16).padStart(2, "0");
    return {
      message: `Not valid UTF-8: unexpected byte 0x${byte} at offset ${valid}`,
      hint: "Save the file as UTF-8",
      prefix: new TextDecoder().decode(bytes.subarray(0, valid)),
    };
  }
}

function tooLarge(size: number): Decoded {
  const mib = (size / (1024 * 1024)).toFixed(1);
  return { message: `Too large: ${mib} MiB, a file of definitions may have 4 MiB`, prefix: "" };
}

/** Halves the range in which the first invalid sequence stands: decoding is fast, a decoder of our own is not. */
function validPrefixLength(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isValidStart(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return startOfCharacter(bytes, low);
}

/** Whether the bytes are valid UTF-8 or would be with a few more: `stream` forgives an unfinished character. */
function isValidStart(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Steps back over an unfinished character, so that its first byte is the one that is named. */
function startOfCharacter(bytes: Uint8Array, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back]!;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) return isComplete(byte, back) ? end : end - back;
  }
  return end;
}

function isComplete(lead: number, length: number): boolean {
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  return length >= needed;
}

function checkCharacters(text: string): Decoded {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const at = text.search(/[\0-\x08\x0b\x0c\x0e-\x1f]/);
  if (at === -1) return { text };
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0");
  return {
    message: `Control character U+${code} is not allowed`,
    hint: 'Write it as an escape in double quotes, e.g. "\\u0000"',
    prefix: text.slice(0, at),
  };
}
