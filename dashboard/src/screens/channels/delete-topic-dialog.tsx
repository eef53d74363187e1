import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { useRefreshTopics, type ChannelRow } from './channels-queries.js';

/** Deletes a topic with its events, after its path was typed. */
export function DeleteTopicDialog({
  topic,
  onClose,
}: {
  readonly topic: ChannelRow;
  readonly onClose: () => void;
}): ReactNode {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const refresh = useRefreshTopics();
  const [typed, setTyped] = useState('');
  const { channels, dialog } = words;
  const remove = useMutation({
    mutationFn: () =>
      answer(api.DELETE('/v1/workspaces/{ws}/topics', { params: { path: { ws }, query: { channel: topic.channel } } })),
    onSuccess: async () => {
      toast(channels.deleted(topic.label));
      await navigate({ to: '/w/$ws/channels', params: { ws } });
      await refresh();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed === topic.label) remove.mutate();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={channels.deleteTopic}
      description={channels.deleteHint(topic.size ?? 0, topic.listeners ?? 0)}
    >
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <Field label={channels.typePath(topic.label)}>
          {(control) => (
            <Input {...control} value={typed} onChange={({ target }) => setTyped(target.value)} autoComplete="off" />
          )}
        </Field>
        <ErrorNotice error={remove.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{dialog.cancel}</Button>
          <Button type="submit" kind="danger" busy={remove.isPending} disabled={typed !== topic.label}>
            {channels.deleteTopic}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
