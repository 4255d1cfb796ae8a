/** Turns percentages of the whole, as servers send them, into the increments that editors take. */

export interface Step {
  message?: string;
  increment: number;
}

export class Percentage {
  private reached = 0;

  step({ message, percentage }: { message?: string; percentage?: number }): Step {
    const next = Math.max(this.reached, Math.min(percentage ?? 0, 100));
    const increment = next - this.reached;
    this.reached = next;
    return message === undefined ? { increment } : { message, increment };
  }
}
