import type { Schemas } from '../../api/api.js';

/** The screens of the subjects. A kind of subject without a screen has no link. */
const SCREENS: Readonly<Record<string, (ws: string, id: string) => { to: string; search?: object }>> = {
  task: (ws, id) => ({ to: `/w/${ws}/tasks`, search: { task: id } }),
  document: (ws, id) => ({ to: `/w/${ws}/documents/${id}` }),
  source: (ws, id) => ({ to: `/w/${ws}/sources/${id}` }),
  endpoint: (ws, id) => ({ to: `/w/${ws}/endpoints/${id}` }),
  delivery: (ws, id) => ({ to: `/w/${ws}/deliveries/${id}` }),
  status: (ws) => ({ to: `/w/${ws}/status` }),
};

/**
 * Where the subject of a notification is shown; undefined for an unknown kind of subject.
 * @param here the workspace on screen, for notifications that belong to none
 */
export function subjectLink(
  { subject, workspaceId }: Schemas['Notification'],
  here: string,
): { to: string; search?: object } | undefined {
  const [kind = '', id = ''] = subject.split(':');
  return SCREENS[kind]?.(workspaceId ?? here, id);
}
