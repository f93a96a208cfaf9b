import { put, vectorBytes } from './vectors';

// One row of a patch is one run of numbers in the image: `size` pixels side by side, all channels of each. Where a patch
// hangs over the left or right edge, the run is shorter.

@inline
function copyRun(to: usize, from: usize, bytes: i32): void {
  for (let at = 0; at < bytes; at += vectorBytes) put(to + at, v128.load(from + at), bytes - at);
}

@inline
function addRun(to: usize, from: usize, bytes: i32): void {
  for (let at = 0; at < bytes; at += vectorBytes)
    put(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)), bytes - at);
}

@inline
function clearRun(to: usize, bytes: i32): void {
  for (let at = 0; at < bytes; at += vectorBytes) put(to + at, f32x4.splat(0), bytes - at);
}

export function imageToColumns(
  out: usize,
  images: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  size: i32,
  stride: i32,
  padding: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  const pixelBytes = channels << 2;
  const runBytes = size * pixelBytes;
  for (let image = 0; image < batch; image++, images += height * width * pixelBytes) {
    for (let patch = 0; patch < outHeight * outWidth; patch++) {
      const left = (patch % outWidth) * stride - padding;
      const top = (patch / outWidth) * stride - padding;
      const before = min(max(-left, 0), size) * pixelBytes;
      const inside = max(min(left + size, width) - max(left, 0), 0) * pixelBytes;
      for (let y = top; y < top + size; y++, out += runBytes) {
        if (y < 0 || y >= height) {
          clearRun(out, runBytes);
          continue;
        }
        clearRun(out, before);
        copyRun(out + before, images + (y * width + max(left, 0)) * pixelBytes, inside);
        clearRun(out + before + inside, runBytes - before - inside);
      }
    }
  }
}

export function columnsToImage(
  images: usize,
  columns: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  size: i32,
  stride: i32,
  padding: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  const pixelBytes = channels << 2;
  const runBytes = size * pixelBytes;
  memory.fill(images, 0, <usize>batch * <usize>(height * width * pixelBytes));
  for (let image = 0; image < batch; image++, images += height * width * pixelBytes) {
    for (let patch = 0; patch < outHeight * outWidth; patch++) {
      const left = (patch % outWidth) * stride - padding;
      const top = (patch / outWidth) * stride - padding;
      const before = min(max(-left, 0), size) * pixelBytes;
      const inside = max(min(left + size, width) - max(left, 0), 0) * pixelBytes;
      for (let y = top; y < top + size; y++, columns += runBytes) {
        if (y < 0 || y >= height) continue;
        addRun(images + (y * width + max(left, 0)) * pixelBytes, columns + before, inside);
      }
    }
  }
}
