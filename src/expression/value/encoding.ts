import { raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";

const ENCODER = new TextEncoder();
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** The value of each digit by its character code, 255 for what is none. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)));

export function utf8Length(text: string): number {
  return ENCODER.encode(text).length;
}

/** Percent-encodes everything but RFC 3986's unreserved characters. */
export function encodeUri(text: string, run: Run): string {
  run.allocate(32 + text.length * 9);
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function decodeUri(text: string, run: Run): string {
  run.allocate(text.length * 2);
  try {
    return decodeURIComponent(text);
  } catch {
    return raiseAbout("", text, " is not a valid uri encoding");
  }
}

export function encodeBase64(text: string, run: Run): string {
  run.allocate(128 + text.length * 2);
  const bytes = ENCODER.encode(text);
  let encoded = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    encoded += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!;
    encoded += i + 1 < bytes.length ? ALPHABET[(group >> 6) & 63]! : "=";
    encoded += i + 2 < bytes.length ? ALPHABET[group & 63]! : "=";
  }
  return encoded;
}

/** Padding is optional; bytes that are no UTF-8 become U+FFFD. */
export function decodeBase64(text: string, run: Run): string {
  run.allocate(128 + text.length * 2);
  const padding = text.indexOf("=");
  const length = padding < 0 ? text.length : padding;
  const bytes = new Uint8Array((length * 6) >> 3);
  let size = 0;
  let group = 0;
  let bits = 0;
  for (let at = 0; at < length; at++) {
    const digit = DIGITS[text.charCodeAt(at)] ?? 255;
    if (digit === 255) return raiseAbout("", text, " is not valid base64 data");
    group = ((group << 6) | digit) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[size++] = (group >> bits) & 0xff;
  }
  if (length % 4 === 1) return raiseAbout("", text, " trailing base64 byte found");
  return decodeUtf8(bytes.subarray(0, size));
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

/** Every sequence that is none is one U+FFFD, as jq counts them: one cut off by the end takes all that is left. */
function decodeBroken(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at]!);
    let end = at + 1;
    if (at + length > bytes.length) end = bytes.length;
    else while (end < at + length && (bytes[end]! & 0xc0) === 0x80) end++;
    const sequence = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(at, end));
    text += sequence.includes("\ufffd") ? "\ufffd" : sequence;
    at = end;
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
}
