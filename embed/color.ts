/** Whether a colour of CSS is a dark ground; null where it is none, or one that lets much through. */
export function isDarkColor(color: string): boolean | null {
  if (color === '' || !CSS.supports('color', color) || /var\(|currentcolor/i.test(color)) return null;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  if (alpha < 128) return null;
  const linear = (byte: number): number => (byte / 255) ** 2.2;
  // At this luminance black and white stand out equally well (WCAG's contrast).
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) < 0.179;
}
