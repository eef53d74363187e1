import type { DeliveryFilters } from './delivery-search.js';

export interface SavedView {
  readonly name: string;
  readonly filters: DeliveryFilters;
}

const keyOf = (ws: string): string => `tidings.delivery-views.${ws}`;

/** The views that this browser keeps for a workspace. */
export function loadViews(ws: string): readonly SavedView[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(ws)) ?? '[]');
    return Array.isArray(stored) ? (stored as SavedView[]) : [];
  } catch {
    return [];
  }
}

export function storeViews(ws: string, views: readonly SavedView[]): void {
  localStorage.setItem(keyOf(ws), JSON.stringify(views));
}
