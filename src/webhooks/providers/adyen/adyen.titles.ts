import { firstLine, sentence } from '../description.js';
import { capitalized, tellEvent, wordsOf } from '../event-sentence.js';
import { amountIn } from '../minor-units.js';
import type { Payload } from '../parse-body.js';
import { entryOf, firstTextAt, numberAt, textAt } from '../payload.js';

/** `AUTHORISATION` of a standard webhook, `balancePlatform.accountHolder.created` of one for platforms. */
export const eventTypeOf = (payload: Payload): string | undefined => firstTextAt(payload, 'eventCode', 'type');

/** https://docs.adyen.com/development-resources/webhooks/webhook-types */
const NOUNS: Readonly<Record<string, string>> = {
  AUTHORISATION: 'authorisation',
  AUTHORISATION_ADJUSTMENT: 'adjustment of the authorisation',
  AUTORESCUE: 'rescue of the payment',
  CANCEL_AUTORESCUE: 'end of the rescue of the payment',
  CANCEL_OR_REFUND: 'cancellation or refund',
  TECHNICAL_CANCEL: 'technical cancellation',
  CAPTURE: 'capture',
  EXPIRE: 'expiry of the authorisation',
  HANDLED_EXTERNALLY: 'payment outside of Adyen',
  PAYOUT_THIRDPARTY: 'payout to a third party',
  REFUND_WITH_DATA: 'payout to a bank account',
  VOID_PENDING_REFUND: 'withdrawal of the refund',
};

/** Events that report something that has happened, with no outcome of their own. */
const REPORTS: Readonly<Record<string, string>> = {
  CAPTURE_FAILED: 'the capture failed',
  CHARGEBACK: 'the payment was charged back',
  CHARGEBACK_REVERSED: 'the chargeback was reversed',
  DISPUTE_DEFENSE_PERIOD_ENDED: 'the time to defend the dispute ended',
  INFORMATION_SUPPLIED: 'the information for the dispute was supplied',
  ISSUER_COMMENTS: 'the issuer commented on the dispute',
  ISSUER_RESPONSE_TIMEFRAME_EXPIRED: 'the time of the issuer ended',
  MANUAL_REVIEW_ACCEPT: 'a review accepted the payment',
  MANUAL_REVIEW_REJECT: 'a review rejected the payment',
  NOTIFICATION_OF_CHARGEBACK: 'a chargeback was announced',
  NOTIFICATION_OF_FRAUD: 'the payment was reported as fraud',
  OFFER_CLOSED: 'the shopper did not pay in time',
  ORDER_CLOSED: 'the order was closed',
  ORDER_OPENED: 'the order was opened',
  PAIDOUT_REVERSED: 'the payout was reversed',
  PAYOUT_DECLINE: 'the payout was declined',
  PAYOUT_EXPIRE: 'the payout expired',
  POSTPONED_REFUND: 'the refund was postponed',
  PREARBITRATION_LOST: 'the pre-arbitration was lost',
  PREARBITRATION_WON: 'the pre-arbitration was won',
  RECURRING_CONTRACT: 'payment details were stored',
  REFUND_FAILED: 'the refund failed',
  REFUNDED_REVERSED: 'the refund was reversed',
  REPORT_AVAILABLE: 'a report is available',
  REQUEST_FOR_INFORMATION: 'the issuer asks for information',
  SECOND_CHARGEBACK: 'the payment was charged back a second time',
};

/** "Authorisation of order-42 succeeded for 11.30 EUR" */
export function titleOf(item: Payload): string {
  const code = textAt(item, 'eventCode') ?? 'event';
  const name = firstTextAt(item, 'merchantReference', 'pspReference');
  const report = entryOf(REPORTS, code);
  if (report !== undefined) return sentence(name ? `${name}:` : 'Adyen:', report, amountOf(item));
  const noun = capitalized(entryOf(NOUNS, code) ?? wordsOf(code));
  const outcome = textAt(item, 'success') === 'false' ? 'failed' : 'succeeded';
  const reason = outcome === 'failed' ? firstLine(textAt(item, 'reason')) : '';
  const told = sentence(noun, name && `of ${name}`, outcome, amountOf(item));
  return reason ? `${told}: ${reason}` : told;
}

function amountOf(item: Payload): string | undefined {
  const value = numberAt(item, 'amount.value');
  const amount = value === undefined || value === 0 ? undefined : amountIn(value, textAt(item, 'amount.currency'));
  return amount && `for ${amount}`;
}

/** `balancePlatform.transfer.updated` as "Transfer 1W1UG35U8A9J5ZLG was updated" */
export function titleForPlatforms(payload: Payload): string {
  const type = (textAt(payload, 'type') ?? 'event').replace(/^balancePlatform\./, '');
  const name = firstTextAt(payload, 'data.id', 'data.accountHolder.id', 'data.balanceAccount.id', 'data.transfer.id');
  const status = textAt(payload, 'data.status');
  const told = tellEvent(type, { by: 'Adyen', name });
  return status ? `${told}: ${wordsOf(status)}` : told;
}
