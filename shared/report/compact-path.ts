/**
 * The drawing context that d3-shape writes to, giving SVG path data in whole units relative to the
 * point before, straight runs in one piece: less than half the bytes of d3's own paths, and a
 * report holds hundreds of them.
 */
export class CompactPath {
  #data = "";
  #x = 0;
  #y = 0;
  /** A horizontal run that has not been written yet. */
  #runX = 0;

  moveTo(x: number, y: number): void {
    this.#endRun();
    [this.#x, this.#y] = [Math.round(x), Math.round(y)];
    this.#data += `M${this.#x},${this.#y}`;
  }

  lineTo(x: number, y: number): void {
    const dx = Math.round(x) - this.#x;
    const dy = Math.round(y) - this.#y;
    this.#x += dx;
    this.#y += dy;
    if (dy === 0) {
      if (Math.sign(dx) * Math.sign(this.#runX) < 0) this.#endRun();
      this.#runX += dx;
      return;
    }
    this.#endRun();
    this.#data += dx === 0 ? `v${dy}` : `l${dx}${dy < 0 ? "" : ","}${dy}`;
  }

  /** Only ever followed by a move, as in d3's areas, so the point it leads back to is not kept. */
  closePath(): void {
    this.#endRun();
    this.#data += "z";
  }

  toString(): string {
    this.#endRun();
    return this.#data;
  }

  #endRun(): void {
    if (this.#runX !== 0) this.#data += `h${this.#runX}`;
    this.#runX = 0;
  }
}
