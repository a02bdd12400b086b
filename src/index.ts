/** Usage and cost of Google Gemini and ElevenLabs calls, as a library. */
export { withLabels } from './capture/labels.ts';
export { CostwatchError, PriceBookError, UsageError } from './core/errors.ts';
export type { Modality, ModalityTokens, Platform, RecordedCost, Status, Usage, UsageEvent } from './core/event.ts';
export type { MetricRow } from './core/metrics.ts';
export { formatUsd, type Money, toDecimal, toNumber } from './core/money.ts';
export type { Charge, PricedEvent, PricedUsage, PriceMode, UnpricedUsage } from './core/price.ts';
export type { ModelPrices, PriceBook, PricePeriod } from './core/price-book.ts';
export type { Summary } from './core/summary.ts';
export { type MonitorOptions, type PriceOptions, price, type UsageInput, UsageMonitor } from './monitor.ts';
export { type RecordInput, record } from './record.ts';
export { loadPriceBook } from './store/price-book.ts';
