"""How well a text can be told from what is behind it."""

from playwright.sync_api import Locator

# Ratio of relative luminances; WCAG 2.2, 1.4.3 asks for 4.5. What is see-through is followed to what is behind it.
RATIO = """
element => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const background = of => {
    for (let at = of; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if ((colour[3] ?? 1) > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const luminance = colour => {
    const [red, green, blue] = colour.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const both = [parts(getComputedStyle(element).color), background(element)].map(luminance).sort((a, b) => a - b);
  return (both[1] + 0.05) / (both[0] + 0.05);
}
"""


def contrast(part: Locator) -> float:
    """Between 1 (the same) and 21 (black on white)."""
    ratio: float = part.evaluate(RATIO)
    return ratio
