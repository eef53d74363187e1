import { describe, expect, it } from '@jest/globals';

import { capitalized, partsOf, tell, tellEvent, wordsOf } from './event-sentence.js';

describe('a sentence about an event', () => {
  it.each([
    ['meeting.deleted', 'Meeting was deleted'],
    ['meeting.started', 'Meeting started'],
    ['incident.priority_updated', 'Priority of incident was updated'],
    ['meeting.permanently_deleted', 'Meeting was permanently deleted'],
    ['user.notes_changed', 'Notes of user were changed'],
    ['ticket.sla_status_changed', 'SLA status of ticket was changed'],
    ['scheduler.scheduled_event_created', 'Scheduled event of scheduler was created'],
    ['meeting.participant_joined_waiting_room', 'Participant of meeting joined waiting room'],
    ['release-created', 'Release was created'],
    ['check_item.state.changed', 'State of check item was changed'],
    ['card/moved_to_board', 'Card was moved to board'],
    ['user.signed_in', 'User signed in'],
    ['createCheckItem', 'Zoom reported create check item'],
    ['ping', 'Zoom reported ping'],
    ['closed', 'Zoom reported closed'],
  ])('%s reads "%s"', (type, title) => {
    expect(tellEvent(type, { by: 'Zoom' })).toBe(title);
  });

  it('names the actor and the thing', () => {
    const told = { actor: 'Ada', verb: 'created', noun: 'board', name: 'Roadmap' };
    expect(tell(told)).toBe('Ada created board Roadmap');
    expect(tell({ ...told, actor: undefined })).toBe('Board Roadmap was created');
    expect(tellEvent('board.created', { by: 'Octo', actor: 'Ada', name: 'Roadmap' })).toBe('Ada created board Roadmap');
  });

  it('splits words at capitals and separators', () => {
    expect(wordsOf('updateCheckItemStateOnCard')).toBe('update check item state on card');
    expect(wordsOf('order.line_item/added')).toBe('order line item added');
    expect(partsOf('board')).toBeUndefined();
    expect(capitalized('')).toBe('');
  });
});
