// The twin of playground/random.py: sfc32 of Chris Doty-Humphrey's PractRand (public domain).

const WARM_UP = 15;

export class Random {
  /** @param {number} seed @param {number} stream */
  constructor(seed, stream = 0) {
    this.a = seed | 0;
    this.b = stream | 0;
    this.c = 0;
    this.count = 1;
    for (let k = 0; k < WARM_UP; k++) this.word();
  }

  word() {
    const drawn = (this.a + this.b + this.count) | 0;
    this.count = (this.count + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  }

  uniform(low = 0, high = 1) {
    const share = ((this.word() >>> 5) * 67108864 + (this.word() >>> 6)) / 9007199254740992;
    return low + (high - low) * share;
  }

  normal() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** @param {number} n */
  below(n) {
    return Math.floor(this.uniform() * n);
  }
}
