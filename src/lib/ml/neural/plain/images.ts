import type { NeuralKernel } from '../kernel.ts';
import { place, type PlainMemory } from './memory.ts';

/** Where a pixel of a patch stands in the images, or −1 outside, and in the patches; in numbers, at its first channel. */
type Pixel = (image: number, column: number) => void;

interface Patches {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

export function imageLoops(memory: PlainMemory): Pick<NeuralKernel, 'imageToColumns' | 'columnsToImage'> {
  return {
    imageToColumns: (out, images, batch, height, width, channels, size, stride, padding, ...outSizes) => {
      const [outHeight, outWidth] = outSizes;
      const { floats } = memory;
      const patches = { batch, height, width, channels, size, stride, padding, outHeight, outWidth };
      forEachPixel(patches, (image, column) => {
        const to = place(out) + column;
        if (image < 0) floats.fill(0, to, to + channels);
        else floats.copyWithin(to, place(images) + image, place(images) + image + channels);
      });
    },
    columnsToImage: (images, columns, batch, height, width, channels, size, stride, padding, ...outSizes) => {
      const [outHeight, outWidth] = outSizes;
      const { floats } = memory;
      const patches = { batch, height, width, channels, size, stride, padding, outHeight, outWidth };
      floats.fill(0, place(images), place(images) + batch * height * width * channels);
      forEachPixel(patches, (image, column) => {
        if (image < 0) return;
        const [to, from] = [place(images) + image, place(columns) + column];
        for (let channel = 0; channel < channels; channel++) floats[to + channel] += floats[from + channel];
      });
    },
  };
}

function forEachPixel(patches: Patches, visit: Pixel): void {
  const { batch, stride, padding, outHeight, outWidth, size, channels } = patches;
  let column = 0;
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        visitPatch(patches, image, y * stride - padding, x * stride - padding, column, visit);
        column += size * size * channels;
      }
    }
  }
}

function visitPatch(
  { height, width, channels, size }: Patches,
  image: number,
  top: number,
  left: number,
  column: number,
  visit: Pixel,
): void {
  for (let y = top; y < top + size; y++) {
    for (let x = left; x < left + size; x++, column += channels) {
      const isInside = y >= 0 && y < height && x >= 0 && x < width;
      visit(isInside ? ((image * height + y) * width + x) * channels : -1, column);
    }
  }
}
