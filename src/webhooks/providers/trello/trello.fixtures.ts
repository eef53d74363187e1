import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'AppServer (https://trello.com)' };
const board = { id: '5abbe4b7ddc1b351ef961414', name: 'Roadmap', shortLink: 'aBcDeF12' };
const card = { id: '5abbe4b7ddc1b351ef961499', idShort: 5, name: 'Fix the login', shortLink: 'gHiJkL34' };
const memberCreator = { id: '5abbe4b7ddc1b351ef961400', fullName: 'Ada Lovelace', initials: 'AL', username: 'ada' };
const model = { id: board.id, name: board.name, url: 'https://trello.com/b/aBcDeF12/roadmap' };
const webhook = { id: '6f1e2d3c4b5a69788796a5b4', idModel: board.id, active: true };

const TYPES = `acceptEnterpriseJoinRequest addAttachmentToCard addChecklistToCard addLabelToCard addMemberToBoard
addMemberToCard addMemberToOrganization addOrganizationToEnterprise addToEnterprisePluginWhitelist addToOrganizationBoard
commentCard convertToCardFromCheckItem copyBoard copyCard copyChecklist copyCommentCard createBoard createBoardInvitation
createBoardPreference createCard createCheckItem createCustomField createLabel createList createOrganization
createOrganizationInvitation deactivatedMemberInBoard deleteAttachmentFromCard deleteBoardInvitation deleteCard
deleteCheckItem deleteComment deleteCustomField deleteLabel deleteOrganizationInvitation disableEnterprisePluginWhitelist
disablePlugin disablePowerUp emailCard enableEnterprisePluginWhitelist enablePlugin enablePowerUp makeAdminOfBoard
makeAdminOfOrganization makeNormalMemberOfBoard makeNormalMemberOfOrganization makeObserverOfBoard memberJoinedTrello
moveCardFromBoard moveCardToBoard moveListFromBoard moveListToBoard reactivatedMemberInBoard removeChecklistFromCard
removeFromEnterprisePluginWhitelist removeFromOrganizationBoard removeLabelFromCard removeMemberFromBoard
removeMemberFromCard removeMemberFromOrganization removeOrganizationFromEnterprise unconfirmedBoardInvitation
unconfirmedOrganizationInvitation updateBoard updateCard updateCheckItem updateCheckItemStateOnCard updateChecklist
updateComment updateCustomField updateCustomFieldItem updateLabel updateList updateMember updateOrganization voteOnCard
anActionToCome`.split(/\s+/);

export const fixtures: ProviderFixtures = {
  secrets: [
    '9d6b1c0a5e4f47c88a7b6c5d4e3f2a109d6b1c0a5e4f47c88a7b6c5d4e3f2a10',
    '10a2f3e4d5c6b7a88c74f4e5a0c1b6d910a2f3e4d5c6b7a88c74f4e5a0c1b6d9',
  ],
  examples: [
    {
      name: 'a card that is moved',
      headers,
      body: JSON.stringify({
        model,
        action: {
          id: '6f1e2d3c4b5a69788796a501',
          idMemberCreator: memberCreator.id,
          data: {
            card: { ...card, idList: '2' },
            old: { idList: '1' },
            board,
            listBefore: { id: '1', name: 'To do' },
            listAfter: { id: '2', name: 'Doing' },
          },
          type: 'updateCard',
          date: '2026-11-20T12:00:00.000Z',
          memberCreator,
        },
        webhook,
      }),
      expected: {
        eventType: 'updateCard',
        title: 'Ada Lovelace moved card Fix the login from To do to Doing on board Roadmap',
        deliveryId: '6f1e2d3c4b5a69788796a5b4:6f1e2d3c4b5a69788796a501',
      },
    },
    {
      name: 'a comment',
      headers,
      body: JSON.stringify({
        model,
        action: {
          id: '6f1e2d3c4b5a69788796a502',
          data: { text: 'Größer als gedacht.\nSorry', card, board, list: { id: '2', name: 'Doing' } },
          type: 'commentCard',
          date: '2026-11-20T12:01:00.000Z',
          memberCreator,
        },
      }),
      expected: {
        eventType: 'commentCard',
        title: 'Ada Lovelace commented on card Fix the login on board Roadmap: Größer als gedacht.',
        deliveryId: '6f1e2d3c4b5a69788796a502',
      },
    },
  ],
  eventTypes: TYPES.map((type) => ({ headers, body: JSON.stringify({ action: { id: '1', type, memberCreator } }) })),
  handshakes: [{ name: 'the check of the callback URL', method: 'HEAD', isSigned: false, expected: {} }],
  forge: (genuine, sign, { secret }) => {
    const digest = (algorithm: string, ...pieces: (string | Buffer)[]) => {
      const hmac = createHmac(algorithm, secret);
      for (const piece of pieces) hmac.update(piece);
      return { ...genuine, headers: { ...headers, 'x-trello-webhook': hmac.digest('base64') } };
    };
    return {
      'signed for another URL': {
        ...genuine,
        headers: sign({ url: 'https://tidings.example.com/webhooks/k4y' }).headers,
      },
      'called at another URL': { ...genuine, url: genuine.url.replace('k3y', 'k4y') },
      'called without the query': { ...genuine, url: genuine.url.replace(/\?.*/, '') },
      'the body alone': digest('sha1', genuine.body),
      'the URL before the body': digest('sha1', genuine.url, genuine.body),
      'SHA-256': digest('sha256', genuine.body, genuine.url),
    };
  },
  sign: (body, _headers, { secret, url }) => ({
    'x-trello-webhook': createHmac('sha1', secret).update(body).update(url).digest('base64'),
  }),
};
