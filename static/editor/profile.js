/** A production's profile: what it draws and what is checked. The server sends it whole. */

/** What holds where nothing else was said. Line widths are shares of the frame's height. */
export const DEFAULT_PROFILE = Object.freeze({
  classes: null,
  names: {},
  entries: [],
  pencil: [],
  line_width: { min: 0.0009, max: 0.006 },
  gap: 4,
  solid_black: "line",
  speck: 8,
  hole: 8,
  checks: {},
});

/**
 * @param {object | null | undefined} given of the assignment
 * @param {{classes: {index: number}[]}} kind
 */
export function profileOf(given, kind) {
  const profile = { ...DEFAULT_PROFILE, ...given };
  return { ...profile, classes: profile.classes ?? kind.classes.map(({ index }) => index) };
}
