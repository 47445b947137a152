/** A pulled string: the line's tip hangs on a string of fixed length behind the pen, which irons out what trembles. */

export class PulledString {
  /**
   * @param {{x: number, y: number}} point where the pen was put down
   * @param {number} length of the string in px of the frame
   */
  constructor(point, length) {
    this.tip = point;
    this.length = length;
  }

  /**
   * Take the pen to a point.
   * @template {{x: number, y: number}} P
   * @param {P} point
   * @returns {P | null} where the tip is now, the point's other properties kept; null while the string hangs loose
   */
  follow(point) {
    const [dx, dy] = [point.x - this.tip.x, point.y - this.tip.y];
    const distance = Math.hypot(dx, dy);
    if (distance <= this.length) return null;
    const share = (distance - this.length) / distance;
    this.tip = { ...point, x: this.tip.x + dx * share, y: this.tip.y + dy * share };
    return this.tip;
  }

  /** The pen is lifted: the line goes on to where it was. @returns the pen's point, or null when the tip is there */
  catchUp(point) {
    return point.x === this.tip.x && point.y === this.tip.y ? null : point;
  }
}
