import { rarities, type Rarity } from './badge.ts';
import { emblemAttributes, emblemChoices, type EmblemAttribute, fullEmblem, storedEmblem } from './emblem.ts';
import type { EmblemDesign } from './house-style.ts';

export type DesignAttribute = EmblemAttribute | 'rarity';

/** The attributes of a design in the order of its codes. */
export const designAttributes: readonly DesignAttribute[] = [...emblemAttributes, 'rarity'];

/** How many values each attribute has. */
export const designBlocks: readonly number[] = designAttributes.map(
  (attribute) => valuesOf(attribute).length,
);

export function valuesOf(attribute: DesignAttribute): readonly string[] {
  return attribute === 'rarity' ? rarities : emblemChoices[attribute];
}

/** A design as one whole number an attribute: the place of its value. Designs that look the same have the same codes. */
export function codesOf({ emblem, rarity }: EmblemDesign): readonly number[] {
  const full = fullEmblem(storedEmblem(emblem));
  return designAttributes.map((attribute) =>
    valuesOf(attribute).indexOf(attribute === 'rarity' ? rarity : full[attribute]),
  );
}

/** @throws RangeError for codes that name no value */
export function designOf(codes: ArrayLike<number>): EmblemDesign {
  const at = <T>(attribute: DesignAttribute, values: readonly T[]): T => {
    const code = codes[designAttributes.indexOf(attribute)];
    if (!Number.isInteger(code) || code < 0 || code >= values.length)
      throw new RangeError(`${attribute}: expected 0 to ${values.length - 1}, got ${code}`);
    return values[code];
  };
  const { shape, border, ribbon, symbol, palette, ornament, accent } = emblemChoices;
  const emblem = {
    shape: at('shape', shape),
    border: at('border', border),
    ribbon: at('ribbon', ribbon),
    symbol: at('symbol', symbol),
    palette: at('palette', palette),
    ornament: at('ornament', ornament),
    accent: at('accent', accent),
  };
  return { emblem: fullEmblem(storedEmblem(emblem)), rarity: at<Rarity>('rarity', rarities) };
}
