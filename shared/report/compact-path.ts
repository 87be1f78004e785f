/**
 * The drawing context that d3-shape writes to, giving SVG path data in whole units relative to the
 * point before: half the bytes of d3's absolute coordinates, and hundreds of drawings go into a report.
 */
export class CompactPath {
  #data = "";
  #x = 0;
  #y = 0;
  #startX = 0;
  #startY = 0;

  moveTo(x: number, y: number): void {
    [this.#x, this.#y] = [Math.round(x), Math.round(y)];
    [this.#startX, this.#startY] = [this.#x, this.#y];
    this.#data += `M${this.#x},${this.#y}`;
  }

  lineTo(x: number, y: number): void {
    const [nextX, nextY] = [Math.round(x), Math.round(y)];
    const [dx, dy] = [nextX - this.#x, nextY - this.#y];
    if (dx !== 0 && dy !== 0) this.#data += `l${dx}${dy < 0 ? "" : ","}${dy}`;
    else if (dx !== 0) this.#data += `h${dx}`;
    else if (dy !== 0) this.#data += `v${dy}`;
    [this.#x, this.#y] = [nextX, nextY];
  }

  closePath(): void {
    this.#data += "z";
    [this.#x, this.#y] = [this.#startX, this.#startY];
  }

  toString(): string {
    return this.#data;
  }
}
