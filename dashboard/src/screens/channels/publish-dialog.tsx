import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Input, TextArea } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { useRefreshTopics } from './channels-queries.js';

/** Publishes an event to a topic; the first event of a new path makes the topic. */
export function PublishDialog({
  path: fixed,
  onClose,
}: {
  readonly path?: string;
  readonly onClose: () => void;
}): ReactNode {
  const { id: ws } = useWorkspace();
  const refresh = useRefreshTopics();
  const [path, setPath] = useState(fixed ?? '');
  const [type, setType] = useState('order:placed');
  const [payload, setPayload] = useState('{\n  "title": "A test event"\n}');
  const [fault, setFault] = useState<string>();
  const publish = useMutation({
    mutationFn: (value: unknown) =>
      answer(
        api.POST('/v1/workspaces/{ws}/events', {
          params: { path: { ws } } as never,
          body: { channel: `topic:${ws}/${path}`, type, payload: value },
        }),
      ),
    onSuccess: ({ events: [event] }) => {
      toast(channels.published(event?.offset ?? 0));
      void refresh();
      onClose();
    },
  });
  const { channels, events } = words;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    try {
      const value: unknown = JSON.parse(payload);
      setFault(undefined);
      publish.mutate(value);
    } catch (error) {
      setFault(channels.notJson(error instanceof Error ? error.message : String(error)));
    }
  };
  return (
    <Dialog open onClose={onClose} title={channels.publish} description={channels.publishHint}>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <Field label={channels.topicPath} hint={channels.topicPathHint}>
          {(control) => (
            <Input
              {...control}
              required
              readOnly={fixed !== undefined}
              value={path}
              onChange={({ target }) => setPath(target.value)}
              pattern="[a-z0-9][a-z0-9_.\-]{0,63}(/[a-z0-9][a-z0-9_.\-]{0,63}){0,7}"
              placeholder="orders/42"
              className="font-mono"
            />
          )}
        </Field>
        <Field label={events.type} hint={channels.typeHint}>
          {(control) => (
            <Input
              {...control}
              required
              value={type}
              onChange={({ target }) => setType(target.value)}
              pattern="[A-Za-z0-9][A-Za-z0-9_.:\-]{0,99}"
              className="font-mono"
            />
          )}
        </Field>
        <Field label={events.payload} error={fault}>
          {(control) => (
            <TextArea
              {...control}
              rows={6}
              value={payload}
              onChange={({ target }) => setPayload(target.value)}
              className="font-mono text-xs"
            />
          )}
        </Field>
        <ErrorNotice error={publish.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary" busy={publish.isPending}>
            {channels.publishNow}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
