/** Why a budget refuses a call: its id, and a sentence for the user that says what to type next. */
export interface Refusal {
  budget: string;
  message: string;
}

/** What a program gets in place of an answer when a budget refused its call before it was sent. */
export class CostwatchBudgetError extends Error {
  override readonly name = 'CostwatchBudgetError';
  readonly code = 'ERR_COSTWATCH_BUDGET';
  /** The id of the budget. */
  readonly budget: string;

  constructor({ budget, message }: Refusal) {
    super(message);
    this.budget = budget;
  }
}
