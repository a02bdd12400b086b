/** Usage and cost of Google Gemini and ElevenLabs calls, as a library. */
export { withLabels } from './capture/child/labels.ts';
export { CostwatchError, PriceBookError, UsageError } from './core/errors.ts';
export type { MetricRow } from './core/ledger/metrics.ts';
export type { Summary } from './core/ledger/summary.ts';
export type { ModelPrices, PriceBook, PricePeriod } from './core/pricing/book/book.ts';
export { formatUsd, type Money, toDecimal, toNumber } from './core/pricing/money.ts';
export type { Charge, PricedEvent, PricedUsage, PriceMode, UnpricedUsage } from './core/pricing/price.ts';
export type {
  Modality,
  ModalityTokens,
  Platform,
  RecordedCost,
  Status,
  Usage,
  UsageEvent,
} from './core/usage/event.ts';
export { type MonitorOptions, type PriceOptions, price, type UsageInput, UsageMonitor } from './monitor.ts';
export { type RecordInput, record } from './record.ts';
export { loadPriceBook } from './store/settings/price-book.ts';
