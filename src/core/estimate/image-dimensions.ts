/** Width and height of a picture in pixels. */
export interface Dimensions {
  width: number;
  height: number;
}

/** Reads the head of a PNG, JPEG, GIF or WebP; undefined for anything else, and where the head is not in `bytes`. */
export function imageDimensions(bytes: Uint8Array): Dimensions | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
    if (view.getUint32(0) === 0x47494638) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return ofWebp(view);
    return view.getUint16(0) === 0xffd8 ? ofJpeg(view) : undefined;
  } catch {
    // Cut off: a view throws when it is read beyond its end.
    return undefined;
  }
}

/** https://developers.google.com/speed/webp/docs/riff_container: lossy, lossless and extended files. */
function ofWebp(view: DataView): Dimensions | undefined {
  const kind = view.getUint32(12);
  if (kind === 0x56503820)
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === 0x5650384c) {
    const packed = view.getUint32(21, true);
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  if (kind !== 0x56503858) return undefined;
  const three = (offset: number) => view.getUint16(offset, true) + (view.getUint8(offset + 2) << 16) + 1;
  return { width: three(24), height: three(27) };
}

/** Goes from segment to segment up to the one that starts a frame. */
function ofJpeg(view: DataView): Dimensions | undefined {
  for (let offset = 2; view.getUint8(offset) === 0xff; ) {
    const marker = view.getUint8(offset + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) };
    // A fill byte stands before a marker.
    offset += marker === 0xff ? 1 : 2 + view.getUint16(offset + 2);
  }
  return undefined;
}
