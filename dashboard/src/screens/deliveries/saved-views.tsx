import { useNavigate, useSearch } from '@tanstack/react-router';
import Bookmark from 'lucide-react/icons/bookmark';
import X from 'lucide-react/icons/x';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { Button, IconButton } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Input } from '../../ui/field.js';
import { Menu } from '../../ui/menu.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { filtersOf, readDeliveriesSearch } from './delivery-search.js';
import { loadViews, storeViews, type SavedView } from './view-storage.js';

/** Opens, saves and removes views: names for filters. */
export function SavedViews(): ReactNode {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const filters = filtersOf(useSearch({ from: '/w/$ws/deliveries' }));
  const [views, setViews] = useState(() => loadViews(ws));
  const [isOpen, setOpen] = useState(false);
  const { saved: text } = words.deliveries;
  const keep = (next: readonly SavedView[]): void => {
    storeViews(ws, next);
    setViews(next);
  };
  const open = (view: Pick<SavedView, 'filters'>): void =>
    void navigate({ to: '/w/$ws/deliveries', params: { ws }, search: readDeliveriesSearch({ ...view.filters }) });
  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    if (name === '') return;
    keep([...views.filter((view) => view.name !== name), { name, filters }]);
    setOpen(false);
    toast(text.saved(name));
  };
  return (
    <>
      <Menu
        trigger={
          <Button>
            <Bookmark className="size-4" aria-hidden="true" />
            <span className="max-sm:sr-only">{text.label}</span>
          </Button>
        }
        entries={[
          { label: text.all, onSelect: () => open({ filters: {} }) },
          ...views.map((view) => ({ label: view.name, onSelect: () => open(view) })),
          { label: text.manage, onSelect: () => setOpen(true) },
        ]}
      />
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={text.label}>
        <form onSubmit={save} className="flex items-end gap-2">
          <div className="grow">
            <Field label={text.name} hint={text.hint}>
              {(control) => <Input {...control} name="name" required maxLength={60} />}
            </Field>
          </div>
          <Button type="submit" kind="primary" className="mb-6">
            {text.save}
          </Button>
        </form>
        {views.length === 0 ? (
          <p className="text-sm text-muted">{text.none}</p>
        ) : (
          <ul>
            {views.map((view) => (
              <li key={view.name} className="flex h-8 items-center gap-2">
                <span className="min-w-0 grow truncate">{view.name}</span>
                <IconButton
                  label={text.remove(view.name)}
                  onClick={() => keep(views.filter(({ name }) => name !== view.name))}
                >
                  <X className="size-4" aria-hidden="true" />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
      </Dialog>
    </>
  );
}
