import { answer, api } from '../../api/api.js';
import { toastProblem } from '../../ui/toast.js';

export type ExportFormat = 'markdown' | 'text';

const NAME = /filename\*=UTF-8''([^;]+)/;

/** Saves the document as a file, under the name that the server gives it. */
export async function exportDocument(ws: string, id: string, format: ExportFormat): Promise<void> {
  try {
    const call = await api.GET('/v1/workspaces/{ws}/documents/{id}/export', {
      params: { path: { ws, id }, query: { format } },
      parseAs: 'blob',
    });
    const file = call.response.ok ? call.data : await answer(Promise.resolve(call));
    const [, name] = NAME.exec(call.response.headers.get('content-disposition') ?? '') ?? [];
    const address = URL.createObjectURL(file ?? new Blob());
    const link = document.createElement('a');
    link.href = address;
    link.download = decodeURIComponent(name ?? `${id}.${format === 'text' ? 'txt' : 'md'}`);
    link.click();
    URL.revokeObjectURL(address);
  } catch (error) {
    toastProblem(error);
  }
}
