// What a style sheet gives an emblem must travel with its picture.
const painted = [
  'fill',
  'fill-opacity',
  'fill-rule',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'display',
] as const;

/** The emblem on the page as a picture of its own, in the colours of daylight, `size` pixels wide. */
export async function emblemPicture(emblem: SVGSVGElement, size: number): Promise<HTMLImageElement> {
  const copy = inDaylight(emblem);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(size));
  copy.setAttribute('height', String(size));
  const picture = new Image(size, size);
  picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await picture.decode();
  return picture;
}

/** A copy with its styles written into it, as they are on a light page whatever the theme. */
function inDaylight(emblem: SVGSVGElement): SVGSVGElement {
  const room = document.createElement('div');
  room.style.cssText = 'color-scheme: light; position: absolute; visibility: hidden';
  const copy = emblem.cloneNode(true) as SVGSVGElement;
  room.append(copy);
  emblem.parentElement?.append(room);
  for (const node of [copy, ...copy.querySelectorAll<SVGElement>('*')]) {
    const style = getComputedStyle(node);
    for (const property of painted) node.style.setProperty(property, style.getPropertyValue(property));
  }
  room.remove();
  return copy;
}
