import { firstLine, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import type { Payload } from '../parse-body.js';
import { entryOf, firstTextAt, flagAt, textAt, valueAt } from '../payload.js';

const pastTense: Record<string, string> = {
  accept: 'accepted',
  add: 'added',
  comment: 'commented on',
  convert: 'converted',
  copy: 'copied',
  create: 'created',
  deactivated: 'deactivated',
  delete: 'deleted',
  disable: 'disabled',
  email: 'e-mailed',
  enable: 'enabled',
  make: 'made',
  move: 'moved',
  reactivated: 'reactivated',
  remove: 'removed',
  update: 'updated',
  vote: 'voted',
};

const phrases: Record<string, string> = {
  convertToCardFromCheckItem: 'converted an item of a checklist to card',
  copyCommentCard: 'copied a comment to card',
  createBoardInvitation: 'invited a member to the board',
  createOrganizationInvitation: 'invited a member to the workspace',
  deleteBoardInvitation: 'withdrew an invitation to the board',
  deleteOrganizationInvitation: 'withdrew an invitation to the workspace',
  memberJoinedTrello: 'joined Trello',
  unconfirmedBoardInvitation: 'has an unconfirmed invitation to the board',
  unconfirmedOrganizationInvitation: 'has an unconfirmed invitation to the workspace',
  updateCheckItemStateOnCard: 'checked or unchecked an item on card',
  updateCustomFieldItem: 'set a custom field of card',
  voteOnCard: 'voted on card',
};

/** "Ada moved card Fix the login from To do to Doing, on board Roadmap" */
export function titleOf(payload: Payload): string {
  const type = textAt(payload, 'action.type') ?? 'change';
  const actor = firstTextAt(payload, 'action.memberCreator.fullName', 'action.memberCreator.username') ?? 'Trello';
  const board = textAt(payload, 'action.data.board.name');
  const place = board && !type.endsWith('Board') ? `on board ${board}` : undefined;
  const told = sentence(actor, cardPhrase(type, payload) ?? phraseOf(type), nameOf(type, payload), place);
  const text = type === 'commentCard' ? firstLine(textAt(payload, 'action.data.text')) : '';
  return text ? `${told}: ${text}` : told;
}

function phraseOf(type: string): string {
  const [verb = '', ...rest] = wordsOf(type.replaceAll('Organization', 'Workspace')).split(' ');
  return entryOf(phrases, type) ?? sentence(entryOf(pastTense, verb) ?? `reported ${verb}`, ...rest);
}

/** An update of a card, by the field that it changes. */
function cardPhrase(type: string, payload: Payload): string | undefined {
  if (type !== 'updateCard') return undefined;
  const card = textAt(payload, 'action.data.card.name');
  const [from, to] = ['listBefore', 'listAfter'].map((list) => textAt(payload, `action.data.${list}.name`));
  if (from && to) return sentence('moved card', card, `from ${from} to ${to}`);
  if (valueAt(payload, 'action.data.old.closed') === undefined) return undefined;
  return sentence(flagAt(payload, 'action.data.card.closed') ? 'archived card' : 'restored card', card);
}

/** The thing that the last word of the action names: the card, the list or the board. */
function nameOf(type: string, payload: Payload): string | undefined {
  if (cardPhrase(type, payload) !== undefined) return undefined;
  const thing =
    /(?:Card|List|Board|Organization|Checklist|Label|Member)(?=Invitation$|$)|CustomFieldItem|CheckItem/.exec(type);
  const field = { CustomFieldItem: 'card', CheckItem: 'card', CheckItemStateOnCard: 'card' }[thing?.[0] ?? ''];
  const path = field ?? (thing?.[0] ?? 'card').toLowerCase();
  return firstLine(textAt(payload, `action.data.${path}.name`)) || undefined;
}

export function pageOf(payload: Payload): string | undefined {
  const card = textAt(payload, 'action.data.card.shortLink');
  const board = textAt(payload, 'action.data.board.shortLink');
  if (card) return `https://trello.com/c/${encodeURIComponent(card)}`;
  return board ? `https://trello.com/b/${encodeURIComponent(board)}` : textAt(payload, 'model.url');
}
