export interface BoundedRead {
  readonly bytes: Uint8Array;
  /** False: there was more than the bound; the rest was not read. */
  readonly complete: boolean;
}

/** Reads a stream up to `maxBytes` and drops the rest of it. */
export async function readBounded(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<BoundedRead> {
  if (stream === null) return { bytes: new Uint8Array(), complete: true };
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: joined(chunks, length), complete: true };
    chunks.push(value);
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      return { bytes: joined(chunks, length).subarray(0, maxBytes), complete: false };
    }
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
