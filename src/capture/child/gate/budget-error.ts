/** Why a budget refuses a call: its id, and for the user what is used up and what to type next. */
export interface Refusal {
  budget: string;
  reason: string;
  /** It is refused for want of a price, its own or that of a call before it. */
  unpriced?: boolean;
  /** What is left is held by calls under way: the call may be sent when they have ended and cost less. */
  mayPass?: boolean;
}

/** What a program gets in place of an answer when a budget refused its call before it was sent. */
export class CostwatchBudgetError extends Error {
  override readonly name = 'CostwatchBudgetError';
  readonly code = 'ERR_COSTWATCH_BUDGET';
  /** The id of the budget. */
  readonly budget: string;
  readonly reason: string;

  constructor({ budget, reason }: Refusal) {
    super(`costwatch refused this call: ${reason}`);
    this.budget = budget;
    this.reason = reason;
  }
}
