import { useMutation, useQueryClient } from '@tanstack/react-query';
import X from 'lucide-react/icons/x';
import { useState, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { Button, IconButton } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Field, Input, TextArea } from '../../ui/field.js';
import { Moment } from '../../ui/moment.js';
import { ErrorNotice } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { parseSchema } from './parse-schema.js';
import { eventTypesKey, type EventType } from './settings-queries.js';

/** One event type with its schema; undefined for a new one. */
export function EventTypeForm({
  eventType,
  mayManage,
  onShow,
}: {
  readonly eventType: EventType | undefined;
  readonly mayManage: boolean;
  readonly onShow: (type: string | undefined) => void;
}): ReactNode {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const [type, setType] = useState(eventType?.type ?? '');
  const [description, setDescription] = useState(eventType?.description ?? '');
  const [schema, setSchema] = useState(
    eventType?.schema === undefined ? '' : JSON.stringify(eventType.schema, undefined, 2),
  );
  const [asks, setAsks] = useState(false);
  const { types: text } = words.settings;
  const parsed = parseSchema(schema);
  const reload = () => queries.invalidateQueries({ queryKey: eventTypesKey(ws) });
  const params = { path: { ws, type: type.trim() } };
  const save = useMutation({
    mutationFn: () => {
      const body = { description, ...(parsed.schema !== undefined && { schema: parsed.schema }) };
      return answer(api.PUT('/v1/workspaces/{ws}/event-types/{type}', { params, body }));
    },
    onSuccess: async (saved) => {
      await reload();
      toast(text.saved(saved.type));
      onShow(saved.type);
    },
  });
  return (
    <form
      className="flex flex-col gap-3 border-line p-3 max-md:border-t md:border-l"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <div className="flex items-center gap-2">
        <h3 className="mr-auto min-w-0 break-all">{eventType?.type ?? text.new}</h3>
        {eventType !== undefined && (
          <span className="text-sm text-muted">
            {text.updated} <Moment at={eventType.updatedAt} />
          </span>
        )}
        <IconButton label={text.close} onClick={() => onShow(undefined)}>
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      </div>
      {eventType === undefined && (
        <Field label={text.type} hint={text.typeHint}>
          {(control) => (
            <Input
              {...control}
              required
              pattern="[A-Za-z0-9][A-Za-z0-9_.:\-]{0,99}"
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
              value={type}
              onChange={({ target }) => setType(target.value)}
            />
          )}
        </Field>
      )}
      <Field label={text.description}>
        {(control) => (
          <Input
            {...control}
            maxLength={2_000}
            readOnly={!mayManage}
            value={description}
            onChange={({ target }) => setDescription(target.value)}
          />
        )}
      </Field>
      <Field label={text.schema} hint={text.schemaHint} error={parsed.isValid ? undefined : text.notJson}>
        {(control) => (
          <TextArea
            {...control}
            rows={12}
            readOnly={!mayManage}
            className="font-mono !text-sm"
            value={schema}
            onChange={({ target }) => setSchema(target.value)}
          />
        )}
      </Field>
      <ErrorNotice error={save.error} />
      {mayManage && (
        <div className="flex gap-2">
          <Button type="submit" kind="primary" busy={save.isPending} disabled={!parsed.isValid}>
            {text.save}
          </Button>
          {eventType !== undefined && (
            <Button kind="danger" onClick={() => setAsks(true)}>
              {text.delete}
            </Button>
          )}
        </div>
      )}
      <ConfirmDialog
        open={asks}
        onClose={() => setAsks(false)}
        title={text.deleteTitle(type)}
        description={text.deleteText}
        action={text.delete}
        onConfirm={async () => {
          await answer(api.DELETE('/v1/workspaces/{ws}/event-types/{type}', { params }));
          await reload();
          toast(text.deleted(type));
          onShow(undefined);
        }}
      />
    </form>
  );
}
